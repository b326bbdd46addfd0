package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.RuleBounds;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a request wants of budgets and limits. A field that was left out is not there; one that is empty was given as null
 * and ends what there is.
 *
 * @param amounts in nanodollars
 * @param period how often budgets begin anew; null was left out, empty is never
 */
record Wanted(
        Map<MoneyField, Optional<Long>> amounts,
        @Nullable Optional<Period.Unit> period,
        Map<RateField, Optional<Long>> limits) {

    static Wanted of(
            @Nullable Optional<Object> maxBudget,
            @Nullable Optional<Object> softBudget,
            @Nullable Optional<String> budgetDuration,
            @Nullable Optional<Long> rpmLimit,
            @Nullable Optional<Long> tpmLimit,
            @Nullable Optional<Long> maxParallelRequests) {
        Map<MoneyField, Optional<Long>> amounts = new EnumMap<>(MoneyField.class);
        put(amounts, MoneyField.MAX_BUDGET, maxBudget);
        put(amounts, MoneyField.SOFT_BUDGET, softBudget);
        Map<RateField, Optional<Long>> limits = new EnumMap<>(RateField.class);
        put(limits, RateField.RPM_LIMIT, rpmLimit);
        put(limits, RateField.TPM_LIMIT, tpmLimit);
        put(limits, RateField.MAX_PARALLEL_REQUESTS, maxParallelRequests);
        return new Wanted(amounts, budgetDuration == null ? null : budgetDuration.map(BudgetDuration::unit), limits);
    }

    /** Refuses a period where there is no budget that could have it. */
    void mustHaveABudget(Ruleset was) {
        if (period != null && period.isPresent()) {
            for (MoneyField field : MoneyField.values()) {
                Optional<Long> amount = amounts.get(field);
                if (amount == null ? was.budget(field).isPresent() : amount.isPresent()) {
                    return;
                }
            }
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "budget_duration: without a budget (expected: with max_budget or soft_budget)",
                    "budget_duration");
        }
    }

    /** Refuses a budget that bounds nothing. */
    void mustSaySomething() {
        if (amounts.values().stream().allMatch(Optional::isEmpty)
                && limits.values().stream().allMatch(Optional::isEmpty)) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE,
                    "max_budget: missing (expected: that, soft_budget, rpm_limit, tpm_limit or"
                            + " max_parallel_requests)",
                    "max_budget");
        }
    }

    private static void put(
            Map<MoneyField, Optional<Long>> amounts, MoneyField field, @Nullable Optional<Object> given) {
        if (given != null) {
            amounts.put(field, given.map(dollars -> Dollars.nanos(field.label(), dollars)));
        }
    }

    private static void put(Map<RateField, Optional<Long>> limits, RateField field, @Nullable Optional<Long> given) {
        if (given != null) {
            limits.put(field, given.map(count -> RuleBounds.amount(field.label(), count, 0, field.most())));
        }
    }
}
