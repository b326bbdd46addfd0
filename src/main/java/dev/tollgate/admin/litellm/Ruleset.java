package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.LimitRecord;
import dev.tollgate.limits.rules.RuleRecord;
import java.util.List;
import java.util.Optional;

/**
 * The rules of one scope, by the fields that they are in LiteLLM. It does not matter by which way they were made.
 *
 * @param budgets oldest first, suspended ones included
 */
record Ruleset(List<BudgetRecord> budgets, List<LimitRecord> limits) {
    static final Ruleset NONE = new Ruleset(List.of(), List.of());

    /** Of rules those that have exactly this scope. */
    static Ruleset of(Scope scope, List<BudgetRecord> budgets, List<LimitRecord> limits) {
        return new Ruleset(
                budgets.stream()
                        .filter(budget -> budget.rule().scope().equals(scope))
                        .toList(),
                limits.stream()
                        .filter(limit -> limit.rule().scope().equals(scope))
                        .toList());
    }

    boolean isEmpty() {
        return budgets.isEmpty() && limits.isEmpty();
    }

    /** The budget of a field that is in force; of several the oldest. */
    Optional<BudgetRecord> budget(MoneyField field) {
        return inForce(budgets.stream().filter(field::is).toList());
    }

    /** The limit of a field that is in force; of several the oldest. */
    Optional<LimitRecord> limit(RateField field) {
        return inForce(limits.stream().filter(field::is).toList());
    }

    /** What resets when it has been a while: the hard budget, or else the soft one. */
    Optional<BudgetRecord> clock() {
        return budget(MoneyField.MAX_BUDGET).or(() -> budget(MoneyField.SOFT_BUDGET));
    }

    /** The one budget that a change of a field is made to, suspended or not. */
    Optional<BudgetRecord> only(MoneyField field) {
        return only(field.label(), "budgets", budgets.stream().filter(field::is).toList());
    }

    /** The one limit that a change of a field is made to, suspended or not. */
    Optional<LimitRecord> only(RateField field) {
        return only(field.label(), "limits", limits.stream().filter(field::is).toList());
    }

    private static <R extends RuleRecord> Optional<R> inForce(List<R> rules) {
        return rules.stream().filter(rule -> rule.state().enabled()).findFirst();
    }

    private static <R extends RuleRecord> Optional<R> only(String field, String collection, List<R> rules) {
        if (rules.size() > 1) {
            throw new Problem(
                    ProblemCode.CONFLICT,
                    field + ": there are " + rules.size() + " such " + collection + "; change the one that is meant at"
                            + " /admin/v1/" + collection + "/"
                            + rules.getFirst().rule().id(),
                    field);
        }
        return rules.stream().findFirst();
    }
}
