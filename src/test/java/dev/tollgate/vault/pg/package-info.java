/** Alerts over a real database. */
@NullMarked
package dev.tollgate.vault.pg;

import org.jspecify.annotations.NullMarked;
