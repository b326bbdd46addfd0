package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.access.Permission;
import dev.tollgate.access.Role;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.LimitRecord;
import dev.tollgate.limits.rules.RuleState;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RulesetTest {
    private static final Scope KEY = Scope.of(Scope.Owner.KEY, "key_x");

    @Test
    void fields_are_found_by_what_rules_do_not_by_their_names() {
        Ruleset rules = Ruleset.of(
                KEY,
                List.of(
                        budget("soft", Mode.SOFT, Measure.CHARGE, true),
                        budget("tokens", Mode.HARD, Measure.TOKENS, true),
                        budget("hard", Mode.HARD, Measure.CHARGE, true)),
                List.of(
                        limit("hourly", UsageLimit.Kind.REQUESTS, 3_600),
                        limit("rpm", UsageLimit.Kind.REQUESTS, 60),
                        limit("slots", UsageLimit.Kind.CONCURRENCY, 0)));
        assertThat(rules.budget(MoneyField.MAX_BUDGET)).hasValueSatisfying(is("hard"));
        assertThat(rules.budget(MoneyField.SOFT_BUDGET)).hasValueSatisfying(is("soft"));
        assertThat(rules.limit(RateField.RPM_LIMIT).orElseThrow().rule().id()).isEqualTo("rpm");
        assertThat(rules.limit(RateField.TPM_LIMIT)).isEmpty();
        assertThat(rules.limit(RateField.MAX_PARALLEL_REQUESTS)
                        .orElseThrow()
                        .rule()
                        .id())
                .isEqualTo("slots");
    }

    @Test
    void rules_of_another_scope_are_no_fields() {
        Scope other = SharedBudget.scope("org_x", "free");
        assertThat(Ruleset.of(other, List.of(budget("hard", Mode.HARD, Measure.CHARGE, true)), List.of())
                        .isEmpty())
                .isTrue();
    }

    @Test
    void a_suspended_rule_is_not_told_but_changed() {
        Ruleset rules = Ruleset.of(KEY, List.of(budget("hard", Mode.HARD, Measure.CHARGE, false)), List.of());
        assertThat(rules.budget(MoneyField.MAX_BUDGET)).isEmpty();
        assertThat(rules.only(MoneyField.MAX_BUDGET)).hasValueSatisfying(is("hard"));
    }

    @Test
    void of_two_that_fit_neither_is_changed() {
        Ruleset rules = Ruleset.of(
                KEY,
                List.of(budget("one", Mode.HARD, Measure.CHARGE, true), budget("two", Mode.HARD, Measure.CHARGE, true)),
                List.of());
        assertThat(rules.budget(MoneyField.MAX_BUDGET)).hasValueSatisfying(is("one"));
        assertThatThrownBy(() -> rules.only(MoneyField.MAX_BUDGET))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.CONFLICT))
                .hasMessageContaining("/admin/v1/budgets/one");
    }

    /** Operations that ask for one permission do what needs both. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void who_may_make_keys_may_limit_them(Role role) {
        assertThat(role.may(Permission.KEYS_WRITE)).isEqualTo(role.may(Permission.BUDGETS_WRITE));
    }

    private static Consumer<BudgetRecord> is(String id) {
        return budget -> assertThat(budget.rule().id()).isEqualTo(id);
    }

    private static BudgetRecord budget(String id, Mode mode, Measure measure, boolean enabled) {
        Budget rule = new Budget(id, id, KEY, mode, measure, BudgetDuration.period(Period.Unit.DAY));
        return new BudgetRecord(rule, 1, false, null, List.of(), RuleState.fresh("org_x", null, enabled));
    }

    private static LimitRecord limit(String id, UsageLimit.Kind kind, int periodSeconds) {
        return new LimitRecord(
                new UsageLimit(id, id, KEY, Mode.HARD, kind, 1, periodSeconds, null),
                RuleState.fresh("org_x", null, true));
    }
}
