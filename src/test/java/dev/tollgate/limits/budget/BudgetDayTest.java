package dev.tollgate.limits.budget;

import static dev.tollgate.limits.budget.BudgetRig.all;
import static dev.tollgate.limits.budget.BudgetRig.atLeast;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.budget.BudgetRefusal.Reason;
import dev.tollgate.limits.budget.Period.Unit;
import io.vertx.core.Future;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole days and crowds in virtual time: what callers get of a budget, and when its windows turn. */
class BudgetDayTest {
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final Budget MONTH = BudgetRig.budget("bud_month", Mode.HARD);

    private final SplittableRandom random = new SplittableRandom(7);
    private long settled;
    private int exceeded;
    private int held;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 20})
    void a_hundred_calls_at_once_on_ten_worst_cases_use_the_budget_up_before_any_is_told_so(int replicas) {
        long amount = 1_000;
        Fleet fleet = new Fleet(NOON, replicas);
        fleet.add(MONTH, amount);
        for (int i = 0; i < 100; i++) {
            call(fleet, i % replicas, 100, amount);
        }
        fleet.runFor(Duration.ofMinutes(3).toMillis());
        assertThat(settled).isBetween(901L, amount);
        assertThat(exceeded + held).as("each got an answer that is final").isEqualTo(100);
        assertThat(fleet.store.standing(1).settled()).isEqualTo(settled);
    }

    /** A caller that tries again when it is told to. */
    private void call(Fleet fleet, int replica, long worst, long amount) {
        Future<Hold> call = fleet.hold(replica, all(worst), MONTH);
        call.onSuccess(hold -> {
            held++;
            long cost = random.nextLong(10, 60);
            fleet.time.after(random.nextLong(200, 3_000), () -> {
                settled += cost;
                fleet.end(hold, cost);
            });
        });
        call.onFailure(refusal -> {
            if (((BudgetRefusal) refusal).reason() == Reason.BUSY) {
                fleet.time.after(1_000, () -> call(fleet, replica, worst, amount));
            } else {
                exceeded++;
                assertThat(settled)
                        .as("settled when it was said to be exceeded")
                        .isGreaterThan(amount * 9 / 10);
            }
        });
    }

    @Test
    void callers_that_can_do_with_less_leave_next_to_nothing() {
        Fleet fleet = new Fleet(NOON, 3);
        fleet.add(MONTH, 10_000);
        boolean[] isOver = {false};
        fleet.every(50, () -> {
            Future<Hold> call = fleet.hold(random.nextInt(3), atLeast(10, 500), MONTH);
            call.onSuccess(hold -> fleet.time.after(random.nextLong(500), () -> {
                long cost = random.nextLong(hold.want().most().charge() + 1);
                settled += cost;
                fleet.end(hold, cost);
            }));
            call.onFailure(refusal -> isOver[0] |= ((BudgetRefusal) refusal).reason() == Reason.EXCEEDED);
        });
        fleet.runFor(Duration.ofMinutes(2).toMillis());
        assertThat(isOver[0]).isTrue();
        assertThat(settled).isBetween(9_500L, 10_000L);
    }

    @Test
    void a_large_request_among_many_small_ones_on_twenty_replicas_gets_its_turn() {
        Fleet fleet = new Fleet(NOON, 20);
        fleet.add(MONTH, 1_000);
        fleet.every(20, () -> {
            int replica = random.nextInt(20);
            fleet.hold(replica, all(10), MONTH)
                    .onSuccess(hold -> fleet.time.after(random.nextLong(1_000), () -> fleet.end(hold, 0)));
        });
        fleet.runFor(10_000);
        Future<Hold> large = fleet.hold(0, all(400), MONTH);
        fleet.runFor(1_500);
        assertThat(large.succeeded()).as("%s", large).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "Europe/Berlin, 2026-10-25", // 25 hours
        "Europe/Berlin, 2026-03-29", // 23 hours
        "Asia/Kathmandu, 2026-12-31", // the end of day, month, quarter and year
        "America/New_York, 2028-02-28", // a leap day follows
        "Pacific/Auckland, 2026-06-30", // a fiscal year begins
        "America/Sao_Paulo, 2018-11-03", // its next day has no midnight
        "UTC, 2026-03-01"
    })
    void on_a_day_with_an_edge_every_request_counts_in_the_periods_that_it_began_in(ZoneId zone, LocalDate date) {
        Instant start = date.atTime(6, 0).atZone(zone).toInstant();
        Fleet fleet = new Fleet(start, 3);
        Budget[] budgets = new Budget[Unit.values().length - 1];
        for (Unit unit : Unit.values()) {
            if (unit != Unit.CREDIT) {
                Period period = new Period(unit, zone, DayOfWeek.SUNDAY, Month.JULY);
                Scope scope = Scope.of(Owner.ORGANIZATION, "org_1");
                budgets[unit.ordinal()] =
                        new Budget("bud_" + unit.label(), unit.label(), scope, Mode.HARD, Measure.CHARGE, period);
                fleet.add(budgets[unit.ordinal()], 1_000_000);
            }
        }
        Map<String, Long> expected = new HashMap<>();
        Map<String, Long> windows = new HashMap<>();
        fleet.every(47_000, () -> {
            Instant began = Instant.ofEpochMilli(fleet.time.millis());
            fleet.hold(random.nextInt(3), all(100), budgets).onSuccess(hold -> {
                long cost = random.nextLong(101);
                for (int i = 0; i < budgets.length; i++) {
                    String name = budgets[i].id() + Bounds.of(budgets[i].period(), began);
                    expected.merge(name, cost, Long::sum);
                    windows.put(name, hold.windowIds()[i]);
                }
                fleet.time.after(random.nextLong(90_000), () -> fleet.end(hold, cost));
            });
        });
        fleet.runFor(Duration.ofHours(24).toMillis());
        assertThat(windows).hasSizeGreaterThan(24 + 6);
        assertThat(windows.values()).doesNotHaveDuplicates();
        assertThat(fleet.store.drift()).isEmpty();
        windows.forEach((name, window) -> {
            if (!isRecent(fleet, name)) {
                assertThat(fleet.store.standing(window).settled()).as(name).isEqualTo(expected.get(name));
            }
        });
    }

    /** Whether requests of a period may be under way still. */
    private static boolean isRecent(Fleet fleet, String name) {
        String end = name.substring(name.indexOf("end=") + 4, name.length() - 1);
        return Instant.parse(end).toEpochMilli() > fleet.time.millis() - 120_000;
    }
}
