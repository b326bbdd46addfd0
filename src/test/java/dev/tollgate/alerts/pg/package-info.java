/** Alerts over a real database. */
@NullMarked
package dev.tollgate.alerts.pg;

import org.jspecify.annotations.NullMarked;
