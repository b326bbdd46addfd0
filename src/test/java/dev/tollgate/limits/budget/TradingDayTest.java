package dev.tollgate.limits.budget;

import static dev.tollgate.limits.budget.BudgetRig.all;
import static dev.tollgate.limits.budget.BudgetRig.atLeast;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.budget.BudgetRefusal.Reason;
import dev.tollgate.limits.budget.Period.Unit;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A day from midnight to midnight in virtual time, with quiet nights and a rush at its opening, of short calls, long streams,
 * some that can do with less and some that cost next to nothing of what they might have. After every step of every request
 * the books must hold.
 */
class TradingDayTest {
    private static final long HOURLY = 6_000;
    private static final long DAILY = 60_000;
    private static final int REPLICAS = 3;

    private final Map<Long, Long> spent = new HashMap<>();
    private final Map<Long, Long> held = new HashMap<>();
    private final Map<Long, Long> amounts = new HashMap<>();
    private int let;
    private int exceeded;

    @ParameterizedTest
    @CsvSource({
        "1, Europe/Berlin, 2026-10-25", // of 25 hours
        "2, Europe/Berlin, 2026-03-29", // of 23 hours
        "3, America/New_York, 2028-02-29",
        "4, Asia/Tokyo, 2026-12-31",
    })
    void no_budget_is_overspent_and_none_is_left_unused(long seed, ZoneId zone, LocalDate date) {
        SplittableRandom random = new SplittableRandom(seed);
        Instant opens = date.atStartOfDay(zone).toInstant();
        Instant closes = date.plusDays(1).atStartOfDay(zone).toInstant();
        Fleet fleet = new Fleet(opens, REPLICAS);
        Budget[] budgets = {budget(Unit.HOUR, zone), budget(Unit.DAY, zone), budget(Unit.MONTH, zone)};
        long[] perPeriod = {HOURLY, DAILY, 10 * DAILY};
        for (int i = 0; i < budgets.length; i++) {
            fleet.add(budgets[i], perPeriod[i]);
        }

        arrive(fleet, random, zone, closes.toEpochMilli(), budgets, perPeriod);
        fleet.runFor(Duration.between(opens, closes).plusMinutes(20).toMillis());

        assertThat(let).isGreaterThan(1_000);
        assertThat(exceeded)
                .as("the rush is more than there is for an hour, and the evening than for the day")
                .isGreaterThan(100);
        assertThat(held.values()).as("all requests have ended").containsOnly(0L);
        assertThat(fleet.store.drift()).isEmpty();
        spent.forEach((window, amount) ->
                assertThat(fleet.store.standing(window).settled()).isEqualTo(amount));
        assertThat(fullest(HOURLY)).as("the rush").isBetween(HOURLY * 95 / 100, HOURLY);
        assertThat(fullest(DAILY)).as("the evening").isBetween(DAILY * 99 / 100, DAILY);
    }

    /** What was spent of the window of that amount of which most was. */
    private long fullest(long amount) {
        return spent.entrySet().stream()
                .filter(window -> amountOf(window.getKey()) == amount)
                .mapToLong(Map.Entry::getValue)
                .max()
                .orElseThrow();
    }

    private static Budget budget(Unit unit, ZoneId zone) {
        Period period = new Period(unit, zone, DayOfWeek.MONDAY, Month.JANUARY);
        Scope scope = Scope.of(Owner.ORGANIZATION, "org_1");
        return new Budget("bud_" + unit.label(), unit.label(), scope, Mode.HARD, Measure.CHARGE, period);
    }

    /** One request now, and the next one after a pause that is short by day, and shortest at nine. */
    private void arrive(
            Fleet fleet, SplittableRandom random, ZoneId zone, long until, Budget[] budgets, long[] perPeriod) {
        if (fleet.time.millis() >= until) {
            return;
        }
        request(fleet, random, budgets, perPeriod);
        int hour = Instant.ofEpochMilli(fleet.time.millis()).atZone(zone).getHour();
        long pause = hour == 9 ? 4_000 : hour >= 8 && hour < 20 ? 40_000 : 300_000;
        fleet.time.after(random.nextLong(1, 2 * pause), () -> arrive(fleet, random, zone, until, budgets, perPeriod));
    }

    private void request(Fleet fleet, SplittableRandom random, Budget[] budgets, long[] perPeriod) {
        boolean isStream = random.nextInt(4) == 0;
        long most = isStream ? random.nextLong(50, 400) : random.nextLong(5, 60);
        Want want = random.nextBoolean() ? all(most) : atLeast(5, most);
        fleet.hold(random.nextInt(REPLICAS), want, budgets)
                .onSuccess(hold -> {
                    let++;
                    long[] windows = hold.windowIds();
                    long atMost = hold.want().most().charge();
                    List<Long> known = new ArrayList<>();
                    for (int i = 0; i < windows.length; i++) {
                        amounts.put(windows[i], perPeriod[i]);
                        held.merge(windows[i], atMost, Long::sum);
                        known.add(windows[i]);
                    }
                    check(fleet, known);
                    long takes = isStream ? random.nextLong(60_000, 600_000) : random.nextLong(200, 5_000);
                    long cost = random.nextInt(3) == 0 ? atMost : random.nextLong(atMost + 1);
                    fleet.time.after(takes, () -> {
                        fleet.end(hold, cost);
                        for (long window : known) {
                            held.merge(window, -atMost, Long::sum);
                            spent.merge(window, cost, Long::sum);
                        }
                        check(fleet, known);
                        fleet.time.after(600, () -> check(fleet, known)); // it is booked by then
                    });
                })
                .onFailure(failure -> {
                    exceeded += ((BudgetRefusal) failure).reason() == Reason.EXCEEDED ? 1 : 0;
                });
    }

    /** What is spent and what requests under way may spend is never more than there is, and the store says no less. */
    private void check(Fleet fleet, List<Long> windows) {
        for (long window : windows) {
            long gone = spent.getOrDefault(window, 0L) + held.getOrDefault(window, 0L);
            assertThat(gone).as("spent and held of window %s", window).isLessThanOrEqualTo(amountOf(window));
            assertThat(fleet.store.standing(window).used())
                    .as("used of window %s, as the store has it", window)
                    .isBetween(gone, amountOf(window));
        }
        assertThat(fleet.store.drift()).isEmpty();
    }

    private long amountOf(long window) {
        return amounts.getOrDefault(window, 0L);
    }
}
