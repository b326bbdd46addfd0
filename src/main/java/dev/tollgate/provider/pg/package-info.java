/** Accounts in PostgreSQL, and their way into memory. */
@NullMarked
package dev.tollgate.provider.pg;

import org.jspecify.annotations.NullMarked;
