/** Rules as they are kept and administered, and those that are in force. */
@NullMarked
package dev.tollgate.limits.rules;

import org.jspecify.annotations.NullMarked;
