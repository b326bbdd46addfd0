/** Accounts over a real database. */
@NullMarked
package dev.tollgate.provider.pg;

import org.jspecify.annotations.NullMarked;
