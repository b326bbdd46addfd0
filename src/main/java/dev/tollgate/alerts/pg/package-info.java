/** Alerts in PostgreSQL: the outbox that replicas share. */
@NullMarked
package dev.tollgate.alerts.pg;

import org.jspecify.annotations.NullMarked;
