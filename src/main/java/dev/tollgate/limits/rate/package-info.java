/** Rates and concurrency: buckets that requests are charged to, all of a request's or none. Knows nothing of scopes. */
@NullMarked
package dev.tollgate.limits.rate;

import org.jspecify.annotations.NullMarked;
