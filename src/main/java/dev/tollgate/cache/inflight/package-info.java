/** Calls under way that several requests share: who makes one, who listens to it, and what is kept of its answer meanwhile. */
@NullMarked
package dev.tollgate.cache.inflight;

import org.jspecify.annotations.NullMarked;
