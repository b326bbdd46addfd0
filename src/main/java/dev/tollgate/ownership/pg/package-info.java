/** Owners kept in PostgreSQL. */
@NullMarked
package dev.tollgate.ownership.pg;

import org.jspecify.annotations.NullMarked;
