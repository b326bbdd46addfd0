/** Budgets against a real PostgreSQL. */
@NullMarked
package dev.tollgate.limits.budget.pg;

import org.jspecify.annotations.NullMarked;
