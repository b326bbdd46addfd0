package dev.tollgate.limits.rules;

import dev.tollgate.limits.Rule;

/** A rule as it is kept. */
public sealed interface RuleRecord permits BudgetRecord, LimitRecord {
    Rule rule();

    RuleState state();
}
