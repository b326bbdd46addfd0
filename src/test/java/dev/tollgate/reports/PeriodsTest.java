package dev.tollgate.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeriodsTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId UTC = ZoneId.of("UTC");

    @Test
    void a_day_has_23_hours_when_clocks_go_forward_and_25_when_they_go_back() {
        assertThat(lengths(periods("2026-03-28", "2026-03-31", Interval.DAY, BERLIN)))
                .containsExactly(Duration.ofHours(24), Duration.ofHours(23), Duration.ofHours(24));
        assertThat(lengths(periods("2026-10-24", "2026-10-27", Interval.DAY, BERLIN)))
                .containsExactly(Duration.ofHours(24), Duration.ofHours(25), Duration.ofHours(24));
    }

    @Test
    void the_hour_that_comes_twice_is_two_hours() {
        Periods day = periods("2026-10-25", "2026-10-26", Interval.HOUR, BERLIN);

        assertThat(day.starts()).hasSize(25);
        assertThat(lengths(day)).containsOnly(Duration.ofHours(1));
    }

    /** Lord Howe Island puts its clocks back by half an hour: the hour from one to two takes one and a half. */
    @Test
    void an_hour_goes_on_until_the_clock_shows_a_full_one() {
        Periods day = periods("2026-04-05", "2026-04-06", Interval.HOUR, ZoneId.of("Australia/Lord_Howe"));

        assertThat(day.starts()).hasSize(24);
        assertThat(lengths(day)).containsOnlyOnce(Duration.ofMinutes(90)).contains(Duration.ofHours(1));
    }

    @Test
    void hours_and_days_of_a_zone_at_three_quarters_of_an_hour_start_there() {
        Periods day = periods("2026-11-01", "2026-11-02", Interval.HOUR, ZoneId.of("Asia/Kathmandu"));

        assertThat(day.start()).isEqualTo(Instant.parse("2026-10-31T18:15:00Z"));
        assertThat(day.starts()).hasSize(24);
        assertThat(day.starts().get(1)).isEqualTo(Instant.parse("2026-10-31T19:15:00Z"));
    }

    @Test
    void weeks_start_on_Monday_and_the_first_and_last_are_cut() {
        // November 2026 begins on a Sunday.
        assertThat(periods("2026-11-01", "2026-12-01", Interval.WEEK, UTC).starts())
                .containsExactly(
                        Instant.parse("2026-11-01T00:00:00Z"),
                        Instant.parse("2026-11-02T00:00:00Z"),
                        Instant.parse("2026-11-09T00:00:00Z"),
                        Instant.parse("2026-11-16T00:00:00Z"),
                        Instant.parse("2026-11-23T00:00:00Z"),
                        Instant.parse("2026-11-30T00:00:00Z"));
    }

    @Test
    void each_period_ends_where_the_next_one_starts() {
        Periods months = periods("2026-01-15", "2026-04-10", Interval.MONTH, BERLIN);

        assertThat(months.starts()).hasSize(4);
        assertThat(months.endOf(0)).isEqualTo(months.starts().get(1));
        assertThat(months.endOf(3)).isEqualTo(Instant.parse("2026-04-09T22:00:00Z"));
    }

    @Test
    void before_months_come_as_many_months() {
        Periods quarter = periods("2026-04-01", "2026-07-01", Interval.MONTH, BERLIN);

        assertThat(quarter.startsBefore())
                .containsExactly(
                        Instant.parse("2025-12-31T23:00:00Z"),
                        Instant.parse("2026-01-31T23:00:00Z"),
                        Instant.parse("2026-02-28T23:00:00Z"));
        assertThat(periods("2026-03-01", "2026-04-01", Interval.NONE, BERLIN).startBefore())
                .isEqualTo(Instant.parse("2026-01-31T23:00:00Z"));
    }

    @Test
    void before_days_come_as_many_days_also_where_clocks_changed() {
        Periods week = periods("2026-03-30", "2026-04-06", Interval.DAY, BERLIN);

        assertThat(week.startBefore()).isEqualTo(Instant.parse("2026-03-22T23:00:00Z"));
        assertThat(week.startsBefore()).hasSize(7);
    }

    @Test
    void before_anything_else_comes_what_is_as_long() {
        Periods hours = Periods.of(
                Instant.parse("2026-11-01T10:15:00Z"), Instant.parse("2026-11-01T12:00:00Z"), Interval.HOUR, UTC);

        assertThat(hours.starts())
                .containsExactly(Instant.parse("2026-11-01T10:15:00Z"), Instant.parse("2026-11-01T11:00:00Z"));
        assertThat(hours.startBefore()).isEqualTo(Instant.parse("2026-11-01T08:30:00Z"));
    }

    @Test
    void refuses_what_the_sums_per_quarter_hour_can_not_tell() {
        assertThatThrownBy(() -> Periods.of(
                        Instant.parse("2026-11-01T10:10:00Z"),
                        Instant.parse("2026-11-02T00:00:00Z"),
                        Interval.DAY,
                        UTC))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("from: 2026-11-01T10:10:00Z is not at a quarter of an hour");
        assertThatThrownBy(() -> Periods.of(
                        Instant.parse("2026-11-01T00:00:00Z"),
                        Instant.parse("2026-11-03T00:00:00Z"),
                        Interval.DAY,
                        ZoneId.of("+05:07")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("time_zone");
    }

    @Test
    void refuses_what_is_no_time_and_what_is_too_much() {
        assertThatThrownBy(() -> periods("2026-11-02", "2026-11-02", Interval.DAY, UTC))
                .hasMessageContaining("to: expected: a time after from");
        assertThatThrownBy(() -> periods("2026-01-01", "2026-12-01", Interval.QUARTER_HOUR, UTC))
                .hasMessageContaining("interval: more than 10000 periods");
        assertThatThrownBy(() -> periods("2005-01-01", "2026-01-01", Interval.MONTH, UTC))
                .hasMessageContaining("at most 3700 days");
        assertThat(periods("2026-01-01", "2026-04-15", Interval.QUARTER_HOUR, UTC)
                        .starts())
                .hasSize(104 * 96);
    }

    private static Periods periods(String from, String to, Interval interval, ZoneId zone) {
        return Periods.of(Times.read("from", from, zone), Times.read("to", to, zone), interval, zone);
    }

    private static List<Duration> lengths(Periods periods) {
        return IntStream.range(0, periods.starts().size())
                .mapToObj(i -> Duration.between(periods.starts().get(i), periods.endOf(i)))
                .toList();
    }
}
