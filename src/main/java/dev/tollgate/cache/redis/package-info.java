/** The tier of the cache in Redis. */
@NullMarked
package dev.tollgate.cache.redis;

import org.jspecify.annotations.NullMarked;
