/** Prices and terms in PostgreSQL. */
@NullMarked
package dev.tollgate.rating.pg;

import org.jspecify.annotations.NullMarked;
