/** Rules over a real database. */
@NullMarked
package dev.tollgate.limits.pg;

import org.jspecify.annotations.NullMarked;
