/** Server-sent events as they come in pieces. */
@NullMarked
package dev.tollgate.wire.sse;

import org.jspecify.annotations.NullMarked;
