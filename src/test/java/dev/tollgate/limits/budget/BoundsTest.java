package dev.tollgate.limits.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.budget.Period.Unit;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Worked by hand with the offsets beside each place; the times are of the place, the instants in UTC. */
class BoundsTest {
    private static final Instant FROM = Instant.parse("2008-01-01T00:00:00Z");

    /** Zones that do something unusual from 2008 on, or always do. */
    private static final List<String> ZONES = List.of(
            "UTC",
            "Europe/Berlin",
            "Europe/Dublin",
            "America/New_York",
            "America/St_Johns", // changed at 00:01 until 2011, so that midnight came twice
            "America/Sao_Paulo", // changed at midnight, so that it had none in spring
            "America/Havana",
            "America/Caracas",
            "America/Scoresbysund",
            "Asia/Kathmandu",
            "Asia/Kolkata",
            "Asia/Pyongyang",
            "Asia/Tehran",
            "Asia/Amman",
            "Africa/Casablanca",
            "Africa/Cairo",
            "Atlantic/Azores",
            "Australia/Lord_Howe", // changes by half an hour
            "Australia/Eucla",
            "Antarctica/Troll", // changes by two hours
            "Pacific/Apia", // had no 30 December 2011
            "Pacific/Chatham",
            "Pacific/Kiritimati");

    @ParameterizedTest(name = "{0} at {2}, {1}")
    @CsvSource(useHeadersInDisplayName = false, textBlock = """
            # an hour: where clocks go back from 3:00 to 2:00 (+2 to +1), the hour from 2 to 3 comes twice
            hour,  Europe/Berlin,       2026-10-25T00:30:00Z, 2026-10-25T00:00:00Z, 2026-10-25T01:00:00Z
            hour,  Europe/Berlin,       2026-10-25T01:30:00Z, 2026-10-25T01:00:00Z, 2026-10-25T02:00:00Z
            # and where they go forward from 2:00 to 3:00, it does not come
            hour,  Europe/Berlin,       2026-03-29T00:59:59Z, 2026-03-29T00:00:00Z, 2026-03-29T01:00:00Z
            hour,  Europe/Berlin,       2026-03-29T01:00:00Z, 2026-03-29T01:00:00Z, 2026-03-29T02:00:00Z
            # +5:45
            hour,  Asia/Kathmandu,      2026-05-01T12:00:00Z, 2026-05-01T11:15:00Z, 2026-05-01T12:15:00Z
            # +5:30
            hour,  Asia/Kolkata,        2026-05-01T12:29:59Z, 2026-05-01T11:30:00Z, 2026-05-01T12:30:00Z
            hour,  Asia/Kolkata,        2026-05-01T12:30:00Z, 2026-05-01T12:30:00Z, 2026-05-01T13:30:00Z
            # back from 2:00 to 1:30 (+11 to +10:30): from 1:00 the clock does not show a full hour for 90 minutes
            hour,  Australia/Lord_Howe, 2026-04-04T15:10:00Z, 2026-04-04T14:00:00Z, 2026-04-04T15:30:00Z
            # forward from 2:00 to 2:30 (+10:30 to +11): from 1:00 the next full hour shown is 3:00
            hour,  Australia/Lord_Howe, 2026-10-03T15:40:00Z, 2026-10-03T14:30:00Z, 2026-10-03T16:00:00Z
            # back from 0:01 to 23:01 of the day before (-2:30 to -3:30): midnight comes twice, an hour apart
            hour,  America/St_Johns,    2010-11-07T03:00:00Z, 2010-11-07T02:30:00Z, 2010-11-07T03:30:00Z
            day,   UTC,                 2026-11-21T23:59:59Z, 2026-11-21T00:00:00Z, 2026-11-22T00:00:00Z
            day,   America/New_York,    2026-11-21T04:59:59Z, 2026-11-20T05:00:00Z, 2026-11-21T05:00:00Z
            # days of 23 and 25 hours
            day,   Europe/Berlin,       2026-03-29T10:00:00Z, 2026-03-28T23:00:00Z, 2026-03-29T22:00:00Z
            day,   Europe/Berlin,       2026-10-25T10:00:00Z, 2026-10-24T22:00:00Z, 2026-10-25T23:00:00Z
            # no midnight: clocks went from 24:00 to 1:00 (-3 to -2)
            day,   America/Sao_Paulo,   2018-11-04T02:59:59Z, 2018-11-03T03:00:00Z, 2018-11-04T03:00:00Z
            day,   America/Sao_Paulo,   2018-11-04T03:00:00Z, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z
            # two midnights of the same date: back from 1:00 to 0:00 (-4 to -5)
            day,   America/Havana,      2026-11-01T05:30:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z
            # a minute of Sunday, then 59 of Saturday again, which are Sunday's
            day,   America/St_Johns,    2010-11-07T02:29:59Z, 2010-11-06T02:30:00Z, 2010-11-07T02:30:00Z
            day,   America/St_Johns,    2010-11-07T03:00:00Z, 2010-11-07T02:30:00Z, 2010-11-08T03:30:00Z
            # the 29th ends (-10), then comes the 31st (+14)
            day,   Pacific/Apia,        2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z
            day,   Pacific/Apia,        2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z
            month, UTC,                 2026-01-31T23:59:59Z, 2026-01-01T00:00:00Z, 2026-02-01T00:00:00Z
            month, UTC,                 2028-02-29T12:00:00Z, 2028-02-01T00:00:00Z, 2028-03-01T00:00:00Z
            month, UTC,                 2026-02-28T12:00:00Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z
            # +1 at its beginning, +2 at its end
            month, Europe/Berlin,       2026-03-15T12:00:00Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z
            month, Europe/Berlin,       2026-02-28T23:00:00Z, 2026-02-28T23:00:00Z, 2026-03-31T22:00:00Z
            total, Europe/Berlin,       2026-03-15T12:00:00Z, 1970-01-01T00:00:00Z, 9999-01-01T00:00:00Z
            credit,Europe/Berlin,       2026-03-15T12:00:00Z, 1970-01-01T00:00:00Z, 9999-01-01T00:00:00Z
            """)
    void hours_days_and_months(String unit, String zone, Instant at, Instant start, Instant end) {
        Period period = new Period(Unit.of(unit), ZoneId.of(zone), DayOfWeek.MONDAY, Month.JANUARY);
        assertThat(Bounds.of(period, at)).isEqualTo(new Bounds(start, end));
    }

    /** 21 November 2026 is a Saturday. */
    @ParameterizedTest(name = "from {0} at {1}")
    @CsvSource({
        "MONDAY,    2026-11-21, 2026-11-16, 2026-11-23",
        "MONDAY,    2026-11-23, 2026-11-23, 2026-11-30",
        "SUNDAY,    2026-11-21, 2026-11-15, 2026-11-22",
        "SUNDAY,    2026-11-22, 2026-11-22, 2026-11-29",
        "SATURDAY,  2026-11-21, 2026-11-21, 2026-11-28",
        "FRIDAY,    2026-11-21, 2026-11-20, 2026-11-27",
        "THURSDAY,  2027-01-01, 2026-12-31, 2027-01-07"
    })
    void weeks(DayOfWeek first, String day, String start, String end) {
        Period period = new Period(Unit.WEEK, ZoneId.of("UTC"), first, Month.JANUARY);
        assertThat(Bounds.of(period, utc(day).plusSeconds(3_600))).isEqualTo(new Bounds(utc(start), utc(end)));
    }

    @ParameterizedTest(name = "{0} of a year from {1} at {2}")
    @CsvSource({
        "quarter, JANUARY,  2026-03-31, 2026-01-01, 2026-04-01",
        "quarter, JANUARY,  2026-04-01, 2026-04-01, 2026-07-01",
        "quarter, JANUARY,  2026-12-31, 2026-10-01, 2027-01-01",
        "quarter, APRIL,    2026-03-31, 2026-01-01, 2026-04-01",
        "quarter, FEBRUARY, 2026-01-31, 2025-11-01, 2026-02-01",
        "quarter, FEBRUARY, 2026-04-30, 2026-02-01, 2026-05-01",
        "quarter, DECEMBER, 2028-02-29, 2027-12-01, 2028-03-01",
        "year,    JANUARY,  2026-12-31, 2026-01-01, 2027-01-01",
        "year,    APRIL,    2026-03-31, 2025-04-01, 2026-04-01",
        "year,    APRIL,    2026-04-01, 2026-04-01, 2027-04-01",
        "year,    OCTOBER,  2026-11-21, 2026-10-01, 2027-10-01",
        "year,    MARCH,    2028-02-29, 2027-03-01, 2028-03-01"
    })
    void quarters_and_years(String unit, Month first, String day, String start, String end) {
        Period period = new Period(Unit.of(unit.strip()), ZoneId.of("UTC"), DayOfWeek.MONDAY, first);
        assertThat(Bounds.of(period, utc(day).plusSeconds(3_600))).isEqualTo(new Bounds(utc(start), utc(end)));
    }

    static Stream<Period> periods() {
        Random random = new Random(20261121);
        return ZONES.stream()
                .flatMap(zone -> Stream.of(Unit.HOUR, Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR)
                        .map(unit -> new Period(
                                unit,
                                ZoneId.of(zone),
                                DayOfWeek.of(1 + random.nextInt(7)),
                                Month.of(1 + random.nextInt(12)))));
    }

    @ParameterizedTest
    @MethodSource("periods")
    void ten_years_are_covered_without_a_gap_and_without_an_overlap(Period period) {
        Random random = new Random(period.toString().hashCode());
        Instant to = Instant.parse("2018-12-31T00:00:00Z");
        Bounds bounds = Bounds.of(period, FROM);
        assertThat(bounds.start()).isBeforeOrEqualTo(FROM);
        while (bounds.end().isBefore(to)) {
            Bounds next = Bounds.of(period, bounds.end());
            assertThat(next.start()).isEqualTo(bounds.end());
            assertThat(next.end()).isAfter(next.start());
            long seconds = Duration.between(next.start(), next.end()).toSeconds();
            assertThat(seconds)
                    .as("%s of %s", period.unit().label(), next)
                    .isBetween(shortest(period.unit()), longest(period.unit()));
            assertThat(Bounds.of(period, next.end().minusNanos(1))).isEqualTo(next);
            assertThat(Bounds.of(period, next.start().plusSeconds(random.nextLong(seconds))))
                    .isEqualTo(next);
            bounds = next;
        }
    }

    /** In seconds. Venezuela has put its clocks forward by half an hour at half past two. */
    private static long shortest(Unit unit) {
        return switch (unit) {
            case HOUR -> 30 * 60;
            case DAY -> 22 * 3_600;
            case WEEK -> (6 * 24 - 1) * 3_600; // without a day, in Samoa
            case MONTH -> (28 * 24 - 1) * 3_600;
            case QUARTER -> (89 * 24 - 1) * 3_600;
            default -> (364 * 24 - 1) * 3_600;
        };
    }

    private static long longest(Unit unit) {
        return switch (unit) {
            case HOUR -> 90 * 60;
            case DAY -> 26 * 3_600;
            case WEEK -> (7 * 24 + 2) * 3_600;
            case MONTH -> (31 * 24 + 2) * 3_600;
            case QUARTER -> (92 * 24 + 2) * 3_600;
            default -> (366 * 24 + 2) * 3_600;
        };
    }

    private static Instant utc(String day) {
        return Instant.parse(day + "T00:00:00Z");
    }
}
