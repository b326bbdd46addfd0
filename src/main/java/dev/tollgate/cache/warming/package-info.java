/** Filling the cache before somebody asks. */
@NullMarked
package dev.tollgate.cache.warming;

import org.jspecify.annotations.NullMarked;
