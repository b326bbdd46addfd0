package dev.tollgate.limits.budget;

import dev.tollgate.limits.budget.ShareStore.Standing;

/**
 * How a budget stands in the window that is under way.
 *
 * @param endsMillis of the epoch; 0 where no window was opened yet, because nothing was asked for
 */
public record BudgetStanding(Standing standing, long endsMillis) {}
