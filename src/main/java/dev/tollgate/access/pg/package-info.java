/** Changes of administration in PostgreSQL: each with its lines in the audit log, or not at all. */
@NullMarked
package dev.tollgate.access.pg;

import org.jspecify.annotations.NullMarked;
