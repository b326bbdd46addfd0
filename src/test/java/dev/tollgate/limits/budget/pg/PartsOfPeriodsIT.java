package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.budget.Period.Unit;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A budget's zone or period changes while a window is under way: what the next window is, and how much it has. */
class PartsOfPeriodsIT {
    private static final long AMOUNT = 2_400;
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    /** The first window is that of noon on Tuesday, March 10th, 2026 (UTC); then comes the one of the instant named. */
    @ParameterizedTest
    @CsvSource({
        // from         to                          at                  starts            ends              amount
        "day,   UTC,        day,   UTC,                 2026-03-11T00:00Z, 2026-03-11 00:00, 2026-03-12 00:00, 2400",
        "day,   UTC,        day,   Asia/Tokyo,          2026-03-11T00:00Z, 2026-03-11 00:00, 2026-03-11 15:00, 1500",
        "day,   UTC,        day,   America/Los_Angeles, 2026-03-11T00:00Z, 2026-03-11 00:00, 2026-03-11 07:00,  700",
        "day,   Asia/Tokyo, day,   UTC,                 2026-03-10T15:00Z, 2026-03-10 15:00, 2026-03-11 00:00,  900",
        "day,   Asia/Tokyo, day,   Asia/Kathmandu,      2026-03-10T15:00Z, 2026-03-10 15:00, 2026-03-10 18:15,  325",
        "day,   UTC,        hour,  UTC,                 2026-03-11T00:00Z, 2026-03-11 00:00, 2026-03-11 01:00, 2400",
        "day,   UTC,        week,  UTC,                 2026-03-11T00:00Z, 2026-03-11 00:00, 2026-03-16 00:00, 1714",
        "day,   UTC,        month, UTC,                 2026-03-11T00:00Z, 2026-03-11 00:00, 2026-04-01 00:00, 1625",
        "month, UTC,        day,   UTC,                 2026-04-01T00:00Z, 2026-04-01 00:00, 2026-04-02 00:00, 2400",
        "month, UTC,        month, Asia/Tokyo,          2026-04-01T00:00Z, 2026-04-01 00:00, 2026-04-30 15:00, 2370",
        "month, Asia/Tokyo, month, UTC,                 2026-03-31T15:00Z, 2026-03-31 15:00, 2026-04-01 00:00,   29",
        "month, UTC,        year,  UTC,                 2026-04-01T00:00Z, 2026-04-01 00:00, 2027-01-01 00:00, 1808",
        // what has no neighbour is whole, however long its day is
        "day,   UTC,        day,   Asia/Tokyo,          2026-03-12T00:00Z, 2026-03-11 15:00, 2026-03-12 15:00, 2400",
        "day,   UTC,        day,   Europe/Berlin,       2026-03-29T12:00Z, 2026-03-28 23:00, 2026-03-29 22:00, 2400",
        "day,   UTC,        total, UTC,                 2026-03-11T00:00Z, 2026-03-11 00:00, 9999-01-01 00:00, 2400"
    })
    void the_window_after_a_change_has_the_part_of_the_amount_that_it_is_of_its_period(
            String unit,
            String zone,
            String nextUnit,
            String nextZone,
            String at,
            String starts,
            String ends,
            long amount) {
        Budget budget = budget(unit, zone);
        BUDGETS.window(budget, NOON);
        Budget changed = changed(budget, nextUnit, nextZone);
        long next = BUDGETS.window(changed, Instant.parse(at.replace("Z", ":00Z")));
        assertThat(BUDGETS.rows(
                        "select starts_at at time zone 'UTC', ends_at at time zone 'UTC', target_amount from budget_window"
                                + " where id = " + next))
                .containsExactly("%s:00 %s:00 %d".formatted(starts, ends, amount));
    }

    /** Days of 24 hours, moved between zones whose days begin at other times; some windows are opened ahead, some skipped. */
    @Test
    void however_often_the_zone_changes_no_more_than_one_amount_a_day_may_be_spent() {
        List<String> zones = List.of("UTC", "Asia/Tokyo", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Phoenix");
        Random random = new Random(20261121);
        for (int round = 0; round < 5; round++) {
            Budget budget = budget("day", "UTC");
            for (Instant at = NOON;
                    at.isBefore(NOON.plusSeconds(12 * 86_400));
                    at = at.plusSeconds(random.nextInt(40_000))) {
                budget = changed(budget, "day", zones.get(random.nextInt(zones.size())));
                BUDGETS.window(budget, at.plusSeconds(random.nextInt(3) * 40_000L));
                BUDGETS.window(budget, at);
            }
            assertThat(BUDGETS.rows("""
                            select sum(target_amount) <= %d * extract(epoch from sum(ends_at - starts_at)) / 86400,
                                   bool_or(target_amount < %1$d), max(target_amount)
                            from budget_window where budget_id = '%s'""".formatted(AMOUNT, budget.id()))).containsExactly("t t " + AMOUNT);
        }
    }

    @Test
    void another_amount_for_a_part_of_a_period_is_a_part_too() {
        Budget budget = budget("day", "UTC");
        BUDGETS.window(budget, NOON);
        long next = BUDGETS.window(changed(budget, "day", "Asia/Tokyo"), Instant.parse("2026-03-11T00:00:00Z"));
        BUDGETS.database.execute(
                "update budget set amount = 480, multiplier = 1500 where id = '%s'".formatted(budget.id()));
        assertThat(BUDGETS.rows(
                        "select base_amount_of(w, b) from budget_window as w join budget as b on b.id = w.budget_id"
                                + " where w.id = " + next))
                .containsExactly("450");
    }

    @Test
    void amounts_beyond_all_bounds_have_parts() {
        assertThat(BUDGETS.rows("""
                        select base_amount_of(w, b)
                        from jsonb_populate_record(null::budget_window,
                                 '{"starts_at": "2026-03-10Z", "ends_at": "2026-03-10 08:00Z", "period_seconds": 86400}') as w,
                             jsonb_populate_record(null::budget,
                                 '{"period": "day", "amount": 9000000000000000000, "multiplier": 1000000}') as b""")).containsExactly("3000000000000000000");
    }

    /** Else it would open a window of a day with the amount of a month, or one of a month with that of a day. */
    @Test
    void a_replica_that_has_not_heard_of_the_new_period_opens_no_window() {
        Budget budget = budget("day", "UTC");
        BUDGETS.window(budget, NOON);
        changed(budget, "month", "UTC");
        assertThat(BUDGETS.window(budget, NOON)).as("one that is there").isPositive();
        assertThatThrownBy(() -> BUDGETS.window(budget, NOON.plusSeconds(86_400)))
                .rootCause()
                .hasMessageContaining("has a period of a month by now");
    }

    private static Budget budget(String unit, String zone) {
        Budget budget = BUDGETS.budget(Unit.of(unit), AMOUNT);
        return changed(budget, unit, zone);
    }

    private static Budget changed(Budget budget, String unit, String zone) {
        BUDGETS.database.execute(
                "update budget set period = '%s', zone = '%s' where id = '%s'".formatted(unit, zone, budget.id()));
        return new Budget(
                budget.id(),
                budget.name(),
                budget.scope(),
                budget.mode(),
                budget.measure(),
                new Period(Unit.of(unit), ZoneId.of(zone), DayOfWeek.MONDAY, Month.JANUARY));
    }
}
