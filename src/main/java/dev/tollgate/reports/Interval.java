package dev.tollgate.reports;

import static java.time.temporal.ChronoUnit.MINUTES;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How long the periods of a report are, by the clock and the calendar of a time zone. */
public enum Interval {
    QUARTER_HOUR,
    HOUR,
    DAY,
    /** From Monday to Sunday. */
    WEEK,
    MONTH,
    /** One period, as long as what is asked for. */
    NONE;

    static final int QUARTER_HOUR_MINUTES = 15;

    public static Optional<Interval> of(String label) {
        return Arrays.stream(values())
                .filter(interval -> interval.label().equals(label))
                .findFirst();
    }

    /** The name that askers use: {@code quarter_hour}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * When the period that the instant lies in ends. The instant must be at a quarter of an hour. Where clocks are put
     * forward or back, days have 23 or 25 hours, and an hour goes on until the clock shows a full one again.
     */
    Instant endAfter(Instant instant, ZoneId zone) {
        ZonedDateTime local = instant.atZone(zone);
        LocalDate date = local.toLocalDate();
        return switch (this) {
            case QUARTER_HOUR -> instant.plus(QUARTER_HOUR_MINUTES, MINUTES);
            case HOUR -> nextFullHour(local);
            case DAY -> startOf(date.plusDays(1), zone);
            case WEEK -> startOf(date.with(TemporalAdjusters.next(DayOfWeek.MONDAY)), zone);
            case MONTH -> startOf(date.with(TemporalAdjusters.firstDayOfNextMonth()), zone);
            case NONE -> Instant.MAX;
        };
    }

    private static Instant nextFullHour(ZonedDateTime local) {
        ZonedDateTime next = local;
        do {
            next = next.plusMinutes(QUARTER_HOUR_MINUTES);
        } while (next.getMinute() != 0);
        return next.toInstant();
    }

    static Instant startOf(LocalDate date, ZoneId zone) {
        return date.atStartOfDay(zone).toInstant();
    }
}
