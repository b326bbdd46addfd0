/** Shared calls in virtual time. */
@NullMarked
package dev.tollgate.cache.inflight;

import org.jspecify.annotations.NullMarked;
