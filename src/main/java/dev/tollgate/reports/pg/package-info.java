/** Reports out of PostgreSQL: usage from the sums per quarter hour, entries from the ledger itself. */
@NullMarked
package dev.tollgate.reports.pg;

import org.jspecify.annotations.NullMarked;
