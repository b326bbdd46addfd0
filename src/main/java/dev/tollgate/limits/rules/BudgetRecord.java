package dev.tollgate.limits.rules;

import dev.tollgate.limits.budget.Budget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A budget as it is kept.
 *
 * @param amount per window, in what it measures; 0 of a credit, whose amount is what was topped up
 * @param multiplier thousandths by which a season multiplies the amount; the product is rounded down
 * @param carryOverMax how much a window may take over from the one before; null is all that is left
 * @param thresholds percent of the amount at which an alert is sent, rising
 */
public record BudgetRecord(
        Budget rule,
        long amount,
        int multiplier,
        boolean carryOver,
        @Nullable Long carryOverMax,
        List<Integer> thresholds,
        RuleState state)
        implements RuleRecord {
    /** The multiplier of an amount that no season changes. */
    public static final int ONCE = 1_000;

    /** What an alert is sent at where nothing else is said. */
    public static final List<Integer> THRESHOLDS = List.of(75, 90, 100);

    public BudgetRecord {
        thresholds = List.copyOf(thresholds);
    }

    /** A budget whose amount no season changes. */
    public BudgetRecord(
            Budget rule,
            long amount,
            boolean carryOver,
            @Nullable Long carryOverMax,
            List<Integer> thresholds,
            RuleState state) {
        this(rule, amount, ONCE, carryOver, carryOverMax, thresholds, state);
    }
}
