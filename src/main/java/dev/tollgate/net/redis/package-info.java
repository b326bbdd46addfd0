/** The way to a Redis that parts of Tollgate share. */
@NullMarked
package dev.tollgate.net.redis;

import org.jspecify.annotations.NullMarked;
