package dev.tollgate.admin.limits;

import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.RuleBounds;
import org.jspecify.annotations.Nullable;

/** Whose count of a budget is meant, and how much is given to it. */
final class Subjects {
    private static final int LENGTH_MAX = 1_000;

    private Subjects() {}

    /** The subject that was asked for, which must be given exactly where the budget has a count per something. */
    static String of(BudgetRecord budget, @Nullable String asked) {
        if (budget.rule().scope().per().isEmpty()) {
            if (asked != null && !asked.isEmpty()) {
                throw new Problem(
                        ProblemCode.INVALID_VALUE,
                        "subject: of a budget that has one count for all (expected: left out)",
                        "subject");
            }
            return "";
        }
        return Given.text("subject", asked, LENGTH_MAX);
    }

    /** What is to be added to the budget. */
    static long amount(BudgetRecord budget, @Nullable Object given) {
        Measure measure = budget.rule().measure();
        return RuleBounds.amount(
                "amount",
                Unit.of(measure).read("amount", Given.required("amount", given)),
                1,
                measure.isMoney() ? RuleBounds.MONEY_MAX : RuleBounds.COUNT_MAX);
    }
}
