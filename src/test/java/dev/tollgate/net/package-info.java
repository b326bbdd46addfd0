/** Where somebody may be sent to. */
@NullMarked
package dev.tollgate.net;

import org.jspecify.annotations.NullMarked;
