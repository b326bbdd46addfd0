/** Reports over a real PostgreSQL. */
@NullMarked
package dev.tollgate.reports.pg;

import org.jspecify.annotations.NullMarked;
