/** The tier of the cache in PostgreSQL, and what replicas tell one another of it. */
@NullMarked
package dev.tollgate.cache.pg;

import org.jspecify.annotations.NullMarked;
