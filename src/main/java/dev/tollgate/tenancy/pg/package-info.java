/** Tenancy kept in PostgreSQL. */
@NullMarked
package dev.tollgate.tenancy.pg;

import org.jspecify.annotations.NullMarked;
