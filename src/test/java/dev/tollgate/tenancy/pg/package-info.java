/** Tenancy over a real database. */
@NullMarked
package dev.tollgate.tenancy.pg;

import org.jspecify.annotations.NullMarked;
