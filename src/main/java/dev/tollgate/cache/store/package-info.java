/** What the tiers outside of memory have in common: the form of entries, writing behind, and going on without a store. */
@NullMarked
package dev.tollgate.cache.store;

import org.jspecify.annotations.NullMarked;
