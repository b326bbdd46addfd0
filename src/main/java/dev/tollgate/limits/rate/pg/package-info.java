/** What replicas need of their limits, in PostgreSQL. Asked once a second, never on a request's way. */
@NullMarked
package dev.tollgate.limits.rate.pg;

import org.jspecify.annotations.NullMarked;
