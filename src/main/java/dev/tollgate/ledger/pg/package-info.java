/** The ledger kept in PostgreSQL, written and summed as sets. */
@NullMarked
package dev.tollgate.ledger.pg;

import org.jspecify.annotations.NullMarked;
