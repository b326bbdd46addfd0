package dev.tollgate.limits.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.kernel.Problem;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.Scope.Per;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.UsageLimit.Kind;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleBoundsTest {
    private static final Scope ALL = Scope.of(Owner.PLATFORM, "");

    @ParameterizedTest
    @CsvSource({
        "REQUESTS, 0, 60",
        "TOKENS, 1000000000000, 86400",
        "CONCURRENCY, 2147483647, 0",
        "REQUEST_BYTES, 1, 0",
        "OUTPUT_CAP, 1, 0",
        "DEADLINE, 86400, 0",
        "PRICE_PER_REQUEST, 1000000000000000000, 0",
        "SHARE_PER_REQUEST, 10000, 0",
    })
    void the_least_and_the_most_of_a_limit_are_allowed(Kind kind, long amount, int period) {
        LimitRecord limit = limit(kind, amount, period, null);
        assertThat(RuleBounds.checked(limit)).isEqualTo(limit);
    }

    @ParameterizedTest
    @CsvSource({
        "REQUESTS, -1, 60, amount",
        "REQUESTS, 1, 0, period",
        "TOKENS, 1000000000001, 60, amount",
        "CONCURRENCY, 2147483648, 0, amount",
        "CONCURRENCY, 1, 60, period",
        "REQUEST_BYTES, 0, 0, amount",
        "OUTPUT_CAP, 0, 0, amount",
        "DEADLINE, 86401, 0, amount",
        "PRICE_PER_REQUEST, 0, 0, amount",
        "SHARE_PER_REQUEST, 10001, 0, amount",
    })
    void more_and_less_are_refused_by_their_member(Kind kind, long amount, int period, String member) {
        assertRefused(() -> RuleBounds.checked(limit(kind, amount, period, null)), member);
    }

    @Test
    void a_burst_is_at_most_what_thirty_days_bring() {
        RuleBounds.checked(limit(Kind.REQUESTS, 2, 86_400, 60L));
        assertRefused(() -> RuleBounds.checked(limit(Kind.REQUESTS, 2, 86_400, 61L)), "burst");
        assertRefused(() -> RuleBounds.checked(limit(Kind.REQUESTS, 2, 86_400, 0L)), "burst");
        assertRefused(() -> RuleBounds.checked(limit(Kind.REQUESTS, 0, 60, 1L)), "burst");
        RuleBounds.checked(limit(Kind.TOKENS, RuleBounds.COUNT_MAX, 1, RuleBounds.COUNT_MAX));
        assertRefused(() -> RuleBounds.checked(limit(Kind.CONCURRENCY, 2, 0, 1L)), "burst");
    }

    @Test
    void a_multiplier_is_between_nothing_and_a_thousand_and_none_of_a_credit() {
        RuleBounds.checked(multiplied(Period.Unit.DAY, 0));
        RuleBounds.checked(multiplied(Period.Unit.DAY, 1_000_000));
        assertRefused(() -> RuleBounds.checked(multiplied(Period.Unit.DAY, 1_000_001)), "multiplier");
        assertRefused(() -> RuleBounds.checked(multiplied(Period.Unit.DAY, -1)), "multiplier");
        assertRefused(() -> RuleBounds.checked(multiplied(Period.Unit.CREDIT, 2_000)), "multiplier");
    }

    private static BudgetRecord multiplied(Period.Unit unit, int thousandths) {
        BudgetRecord once = budget(Measure.CHARGE, 0, unit, false, null);
        return new BudgetRecord(
                once.rule(),
                once.amount(),
                thousandths,
                once.carryOver(),
                once.carryOverMax(),
                once.thresholds(),
                once.state());
    }

    @Test
    void money_has_another_bound_than_what_is_counted() {
        RuleBounds.checked(budget(Measure.CHARGE, RuleBounds.MONEY_MAX, Period.Unit.DAY, false, null));
        assertRefused(
                () -> RuleBounds.checked(budget(Measure.TOKENS, RuleBounds.MONEY_MAX, Period.Unit.DAY, false, null)),
                "amount");
        assertRefused(
                () -> RuleBounds.checked(
                        budget(Measure.CHARGE, RuleBounds.MONEY_MAX + 1, Period.Unit.DAY, false, null)),
                "amount");
    }

    @Test
    void only_what_begins_anew_carries_over() {
        RuleBounds.checked(budget(Measure.CHARGE, 1, Period.Unit.MONTH, true, 5L));
        assertRefused(() -> RuleBounds.checked(budget(Measure.CHARGE, 1, Period.Unit.TOTAL, true, null)), "carry_over");
        assertRefused(
                () -> RuleBounds.checked(budget(Measure.CHARGE, 1, Period.Unit.MONTH, false, 5L)), "carry_over_max");
        assertRefused(() -> RuleBounds.checked(budget(Measure.CHARGE, 1, Period.Unit.CREDIT, false, null)), "amount");
    }

    @Test
    void patterns_of_models_have_a_star_at_their_end_only() {
        scoped(models("gpt-5*", "gpt-4o"));
        assertRefused(() -> scoped(models("gpt*5")), "scope.models");
        assertRefused(() -> scoped(models(" ")), "scope.models");
        assertRefused(() -> scoped(models()), "scope.models");
    }

    @Test
    void a_count_per_tag_needs_the_tag() {
        scoped(new Scope(Owner.PLATFORM, "", null, null, "team", null, null, List.of(Per.TAG, Per.KEY)));
        assertRefused(
                () -> scoped(new Scope(Owner.PLATFORM, "", null, null, null, null, null, List.of(Per.TAG))),
                "scope.per");
        assertRefused(
                () -> scoped(new Scope(Owner.PLATFORM, "", null, null, null, null, null, List.of(Per.KEY, Per.KEY))),
                "scope.per");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"})
    void a_zone_is_one_of_the_IANA_database(String zone) {
        assertThat(RuleBounds.zone(zone)).isEqualTo(ZoneId.of(zone));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Z", "+01:00", "europe/berlin", "GMT+1", "../etc/passwd"})
    void what_is_no_zone_of_it_is_refused(String zone) {
        assertRefused(() -> RuleBounds.zone(zone), "zone");
    }

    private static void scoped(Scope scope) {
        RuleBounds.checked(new LimitRecord(
                new UsageLimit("lim_a", "a", scope, Mode.HARD, Kind.CONCURRENCY, 1, 0, null),
                RuleState.fresh(null, null, true)));
    }

    private static Scope models(String... models) {
        return new Scope(Owner.PLATFORM, "", NamePatterns.of(List.of(models)), null, null, null, null, List.of());
    }

    private static LimitRecord limit(Kind kind, long amount, int period, @Nullable Long burst) {
        return new LimitRecord(
                new UsageLimit("lim_a", "a", ALL, Mode.HARD, kind, amount, period, burst),
                RuleState.fresh(null, null, true));
    }

    private static BudgetRecord budget(
            Measure measure, long amount, Period.Unit unit, boolean carryOver, @Nullable Long carryOverMax) {
        Period period = new Period(unit, ZoneId.of("UTC"), DayOfWeek.MONDAY, Month.JANUARY);
        return new BudgetRecord(
                new Budget("bud_a", "a", ALL, Mode.HARD, measure, period),
                amount,
                carryOver,
                carryOverMax,
                BudgetRecord.THRESHOLDS,
                RuleState.fresh(null, null, true));
    }

    private static void assertRefused(Runnable check, String member) {
        assertThatThrownBy(check::run)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo(member))
                .hasMessageStartingWith(member + ": ");
    }
}
