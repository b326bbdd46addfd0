/** Buckets in Redis, shared by replicas. Asked over a connection of Vert.x, because requests wait for the answer. */
@NullMarked
package dev.tollgate.limits.rate.redis;

import org.jspecify.annotations.NullMarked;
