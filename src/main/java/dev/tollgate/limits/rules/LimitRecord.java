package dev.tollgate.limits.rules;

import dev.tollgate.limits.UsageLimit;

/** A limit as it is kept. */
public record LimitRecord(UsageLimit rule, RuleState state) implements RuleRecord {}
