package dev.tollgate.gateway;

import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.rules.RuleBook;
import java.util.List;

/**
 * The rules that a request goes by, as they stood when it was looked at.
 *
 * @param limits those that count it
 */
record Governed(RuleBook book, Traits traits, List<UsageLimit> limits) {}
