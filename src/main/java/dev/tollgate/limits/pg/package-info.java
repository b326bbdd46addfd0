/** Rules, tiers and stops in PostgreSQL, and what follows them into memory. */
@NullMarked
package dev.tollgate.limits.pg;

import org.jspecify.annotations.NullMarked;
