package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.budget.Amounts;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.Hold;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.budget.Period.Unit;
import dev.tollgate.limits.budget.Want;
import dev.tollgate.limits.budget.Window;
import io.vertx.core.Future;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The windows that stand in the database where clocks and calendars have an edge, and a stream that goes on beyond one. */
class CalendarIT {
    private static final Traits ANYONE = new Traits("org_1", null, "key_1", null, null, null, null, Map.of());
    private static final long AMOUNT = 1_000;
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    @AfterEach
    void nothing_has_drifted() {
        assertThat(BUDGETS.drift()).isEmpty();
    }

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    /** Edges of windows that follow one another, as instants in UTC; years and weeks begin as the columns say. */
    @ParameterizedTest(name = "{0} in {1}, {2}, {3}")
    @CsvSource(delimiter = '|', useHeadersInDisplayName = false, textBlock = """
            # back from 3:00 to 2:00: the hour comes twice
            hour    | Europe/Berlin     | MONDAY   | JANUARY | 2026-10-24T23:00Z 2026-10-25T00:00Z 2026-10-25T01:00Z 2026-10-25T02:00Z
            # forward from 2:00 to 3:00: it does not come
            hour    | Europe/Berlin     | MONDAY   | JANUARY | 2026-03-29T00:00Z 2026-03-29T01:00Z 2026-03-29T02:00Z
            # a quarter to the hour
            hour    | Asia/Kathmandu    | MONDAY   | JANUARY | 2026-05-01T11:15Z 2026-05-01T12:15Z 2026-05-01T13:15Z
            # days of 23 and of 25 hours
            day     | Europe/Berlin     | MONDAY   | JANUARY | 2026-03-27T23:00Z 2026-03-28T23:00Z 2026-03-29T22:00Z 2026-03-30T22:00Z
            day     | Europe/Berlin     | MONDAY   | JANUARY | 2026-10-23T22:00Z 2026-10-24T22:00Z 2026-10-25T23:00Z 2026-10-26T23:00Z
            # a day without a midnight
            day     | America/Sao_Paulo | MONDAY   | JANUARY | 2018-11-03T03:00Z 2018-11-04T03:00Z 2018-11-05T02:00Z
            # a date that there was not
            day     | Pacific/Apia      | MONDAY   | JANUARY | 2011-12-29T10:00Z 2011-12-30T10:00Z 2011-12-31T10:00Z
            # a leap day
            day     | UTC               | MONDAY   | JANUARY | 2028-02-28T00:00Z 2028-02-29T00:00Z 2028-03-01T00:00Z
            week    | UTC               | MONDAY   | JANUARY | 2026-11-16T00:00Z 2026-11-23T00:00Z 2026-11-30T00:00Z
            week    | UTC               | SUNDAY   | JANUARY | 2026-11-15T00:00Z 2026-11-22T00:00Z 2026-11-29T00:00Z
            week    | America/New_York  | SATURDAY | JANUARY | 2026-03-07T05:00Z 2026-03-14T04:00Z 2026-03-21T04:00Z
            # months of 31, 28, 31 and of 29 days
            month   | UTC               | MONDAY   | JANUARY | 2026-01-01T00:00Z 2026-02-01T00:00Z 2026-03-01T00:00Z 2026-04-01T00:00Z
            month   | UTC               | MONDAY   | JANUARY | 2028-02-01T00:00Z 2028-03-01T00:00Z
            month   | Europe/Berlin     | MONDAY   | JANUARY | 2026-02-28T23:00Z 2026-03-31T22:00Z 2026-04-30T22:00Z
            quarter | UTC               | MONDAY   | JANUARY | 2026-01-01T00:00Z 2026-04-01T00:00Z 2026-07-01T00:00Z 2026-10-01T00:00Z
            quarter | UTC               | MONDAY   | NOVEMBER| 2026-02-01T00:00Z 2026-05-01T00:00Z 2026-08-01T00:00Z 2026-11-01T00:00Z
            year    | Asia/Kolkata      | MONDAY   | APRIL   | 2025-03-31T18:30Z 2026-03-31T18:30Z 2027-03-31T18:30Z
            year    | UTC               | MONDAY   | MARCH   | 2027-03-01T00:00Z 2028-03-01T00:00Z
            """)
    void windows_follow_one_another_at_every_edge(
            String unit, ZoneId zone, DayOfWeek weekStart, Month yearStart, String edges) {
        Budget budget = budget(new Period(Unit.of(unit), zone, weekStart, yearStart));
        List<Instant> expected =
                Arrays.stream(edges.split(" ")).map(CalendarIT::instant).toList();
        List<Instant> asked = new ArrayList<>();
        for (int i = 0; i + 1 < expected.size(); i++) {
            asked.add(expected.get(i));
            asked.add(expected.get(i + 1).minusMillis(1));
        }
        Collections.shuffle(asked, new Random(edges.hashCode())); // requests come in any order, and ahead of time

        asked.forEach(at -> await(BUDGETS.shares.windowAt(budget, "", at.toEpochMilli())));

        List<String> windows =
                BUDGETS.rows(("select extract(epoch from starts_at)::bigint, extract(epoch from ends_at)::bigint"
                                + " from budget_window where budget_id = '%s' order by starts_at")
                        .formatted(budget.id()));
        List<String> between = new ArrayList<>();
        for (int i = 0; i + 1 < expected.size(); i++) {
            between.add(
                    expected.get(i).getEpochSecond() + " " + expected.get(i + 1).getEpochSecond());
        }
        assertThat(windows).isEqualTo(between);
    }

    /** The clock is a test's; windows, shares and the books are the database's. */
    @Test
    void a_stream_that_goes_on_after_midnight_counts_in_the_day_in_which_it_began() {
        Budget budget = budget(new Period(Unit.DAY, ZoneId.of("Europe/Berlin"), DayOfWeek.MONDAY, Month.JANUARY));
        Instant[] now = {Instant.parse("2026-03-28T22:59:59Z")}; // a second before a day of 23 hours
        long epoch = BUDGETS.openReplica();
        Budgets replica = new Budgets(
                BUDGETS.shares,
                () -> Future.succeededFuture(epoch),
                () -> now[0],
                System::nanoTime,
                (millis, action) -> {
                    long timer = BUDGETS.vertx().setTimer(millis, _ -> action.run());
                    return () -> BUDGETS.vertx().cancelTimer(timer);
                },
                Budgets.Settings.DEFAULT);

        Hold stream = hold(replica, budget, AMOUNT);
        now[0] = Instant.parse("2026-03-28T23:00:00Z");
        Hold next = hold(replica, budget, AMOUNT);
        assertThat(next.windowIds()).doesNotContain(stream.windowIds());

        now[0] = Instant.parse("2026-03-28T23:10:00Z");
        end(next, 400, now[0]);
        BUDGETS.database.execute("select close_windows()");
        end(stream, 700, now[0]); // when its day is long closed

        Window began = window(budget, "2026-03-28T22:59:59Z");
        Window after = window(budget, "2026-03-28T23:00:00Z");
        assertThat(stream.windowIds()).containsExactly(began.id());
        assertThat(settled(began)).isEqualTo(700);
        assertThat(settled(after)).isEqualTo(400);
        await(replica.giveBackAll());
        assertThat(BUDGETS.number("select used from use_of(%d)".formatted(after.id())))
                .as("what was not spent is free again")
                .isEqualTo(400);
    }

    private static Budget budget(Period period) {
        Budget budget = new Budget(
                "bud_" + UUID.randomUUID(), "", Scope.of(Owner.PLATFORM, ""), Mode.HARD, Measure.CHARGE, period);
        BUDGETS.add(budget, AMOUNT);
        return budget;
    }

    private static Hold hold(Budgets replica, Budget budget, long amount) {
        return await(replica.hold(List.of(budget), ANYONE, new All(amount), Runnable::run));
    }

    /** Settles, and books what a request has cost in the windows that it was held of. */
    private static void end(Hold hold, long cost, Instant at) {
        BUDGETS.book(BUDGETS.entry(hold.epoch(), hold.windowIds(), hold.amountsUpTo(null), cost));
        hold.settle(new Amounts(cost, cost, 0, 0, 1), null, at.toEpochMilli());
    }

    private static Window window(Budget budget, String at) {
        return await(BUDGETS.shares.windowAt(budget, "", Instant.parse(at).toEpochMilli()));
    }

    private static long settled(Window window) {
        return BUDGETS.number("select settled from use_of(%d)".formatted(window.id()));
    }

    private static Instant instant(String minute) {
        return Instant.parse(minute.replace("Z", ":00Z"));
    }

    /** A request that is of no use with less. */
    private record All(long nanos) implements Want {
        @Override
        public Amounts most() {
            return new Amounts(nanos, nanos, 0, 0, 1);
        }

        @Override
        public @Nullable Want fitted(Measure measure, long room) {
            return null;
        }
    }
}
