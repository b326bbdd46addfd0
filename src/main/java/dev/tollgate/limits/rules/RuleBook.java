package dev.tollgate.limits.rules;

import dev.tollgate.limits.Rules;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All rules that are in force, as they stood at one moment. Immutable.
 *
 * @param version of the rules, which grows with every change; 0 before they were read
 * @param tiers those that are known
 * @param amounts of budgets per period, by their ids
 */
public record RuleBook(
        long version,
        Rules<Budget> budgets,
        Rules<UsageLimit> limits,
        Stops stops,
        Set<String> tiers,
        Map<String, Long> amounts) {
    /** Before anything was read. */
    public static final RuleBook EMPTY =
            new RuleBook(0, Rules.of(List.of()), Rules.of(List.of()), Stops.NONE, Set.of(), Map.of());

    public RuleBook {
        tiers = Set.copyOf(tiers);
        amounts = Map.copyOf(amounts);
    }

    /** The tier that holds for an organization that has one: that, or the default one where it is not known. */
    public String tier(String ofOrganization) {
        return tiers.contains(ofOrganization) ? ofOrganization : Tier.DEFAULT;
    }
}
