package dev.tollgate.limits.budget;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

/**
 * When a period begins and ends. Each ends where the next one begins, whatever the clocks of the zone do: an hour begins
 * whenever they show a full one, so that the hour that comes twice in autumn is two; a day that has a second midnight, or
 * none, begins where its date comes first.
 *
 * @param start the first instant of the period
 * @param end the first after it
 */
public record Bounds(Instant start, Instant end) {
    /** Periods without a beginning and an end. PostgreSQL and Java can write both ends. */
    public static final Bounds ALWAYS =
            new Bounds(Instant.parse("1970-01-01T00:00:00Z"), Instant.parse("9999-01-01T00:00:00Z"));

    private static final int SECONDS_PER_HOUR = 3_600;
    private static final int MONTHS_PER_QUARTER = 3;

    /** The period that an instant lies in. */
    public static Bounds of(Period period, Instant at) {
        ZoneId zone = period.zone();
        return switch (period.unit()) {
            case HOUR -> hour(at, zone.getRules());
            case DAY, WEEK, MONTH, QUARTER, YEAR -> {
                LocalDate first = first(period, dateAt(at, zone));
                yield new Bounds(startOf(first, zone), startOf(next(period, first), zone));
            }
            case TOTAL, CREDIT -> ALWAYS;
        };
    }

    /** The first day of the week, month, … that has a day. */
    private static LocalDate first(Period period, LocalDate day) {
        return switch (period.unit()) {
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(period.weekStart()));
            case MONTH -> day.withDayOfMonth(1);
            case QUARTER -> day.withDayOfMonth(1).minusMonths(monthsInto(period, day) % MONTHS_PER_QUARTER);
            case YEAR -> day.withDayOfMonth(1).minusMonths(monthsInto(period, day));
            default -> day;
        };
    }

    private static LocalDate next(Period period, LocalDate first) {
        return switch (period.unit()) {
            case WEEK -> first.plusWeeks(1);
            case MONTH -> first.plusMonths(1);
            case QUARTER -> first.plusMonths(MONTHS_PER_QUARTER);
            case YEAR -> first.plusYears(1);
            default -> first.plusDays(1);
        };
    }

    /** How many months of the fiscal year were over when a day's month began. */
    private static int monthsInto(Period period, LocalDate day) {
        return Math.floorMod(day.getMonthValue() - period.yearStart().getValue(), Month.values().length);
    }

    /**
     * The date of an instant. Where clocks go back over midnight they show yesterday's date again; that hour belongs to the
     * day that had begun.
     */
    private static LocalDate dateAt(Instant at, ZoneId zone) {
        LocalDate shown = at.atZone(zone).toLocalDate();
        LocalDate next = shown.plusDays(1);
        return at.isBefore(startOf(next, zone)) ? shown : next;
    }

    private static Instant startOf(LocalDate date, ZoneId zone) {
        return date.atStartOfDay(zone).toInstant();
    }

    private static Bounds hour(Instant at, ZoneRules rules) {
        return new Bounds(fullHourUpTo(at, rules), fullHourAfter(at, rules));
    }

    private static Instant fullHourUpTo(Instant at, ZoneRules rules) {
        Instant full = at.minusSeconds(secondsIntoHour(at, rules)).minusNanos(at.getNano());
        ZoneOffsetTransition change = rules.previousTransition(at.plusNanos(1));
        return change == null || !change.getInstant().isAfter(full)
                ? full
                : fullHourUpTo(change.getInstant().minusNanos(1), rules);
    }

    private static Instant fullHourAfter(Instant at, ZoneRules rules) {
        Instant full =
                at.plusSeconds(SECONDS_PER_HOUR - secondsIntoHour(at, rules)).minusNanos(at.getNano());
        ZoneOffsetTransition change = rules.nextTransition(at);
        if (change == null || full.isBefore(change.getInstant())) {
            return full;
        }
        Instant changed = change.getInstant();
        return secondsIntoHour(changed, rules) == 0 ? changed : fullHourAfter(changed, rules);
    }

    private static int secondsIntoHour(Instant at, ZoneRules rules) {
        return ZonedDateTime.ofInstant(at, rules.getOffset(at)).toLocalTime().toSecondOfDay() % SECONDS_PER_HOUR;
    }
}
