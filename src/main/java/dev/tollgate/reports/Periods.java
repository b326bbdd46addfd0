package dev.tollgate.reports;

import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.MONTHS;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The periods of a report. Each ends where the next one starts. The first and the last are shorter than others where the
 * report starts or ends in the middle of one.
 *
 * @param starts of the periods, ascending, at quarters of an hour
 * @param end of the last one
 * @param startsBefore of the periods before, as many, of which the last ends where the first of these starts
 */
public record Periods(ZoneId zone, Interval interval, List<Instant> starts, Instant end, List<Instant> startsBefore) {
    private static final int COUNT_MAX = 10_000;
    private static final int DAYS_MAX = 3_700;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    public Periods {
        starts = List.copyOf(starts);
        startsBefore = List.copyOf(startsBefore);
    }

    /**
     * Cuts the time from {@code from} to before {@code to} into periods. Fails with {@code invalid_value} where it is no
     * time, too long, more than 10,000 periods, or where the sums per quarter hour can't tell.
     */
    public static Periods of(Instant from, Instant to, Interval interval, ZoneId zone) {
        check(from.isBefore(to), "to", "expected: a time after from");
        check(!from.isBefore(EARLIEST) && !to.isAfter(LATEST), "from", "expected: times from 2000 to 2200");
        check(Duration.between(from, to).toDays() <= DAYS_MAX, "from", "expected: at most " + DAYS_MAX + " days");
        onQuarterHour(from, "from");
        onQuarterHour(to, "to");
        List<Instant> starts = new ArrayList<>();
        for (Instant start = from; start.isBefore(to); start = interval.endAfter(start, zone)) {
            check(
                    starts.size() < COUNT_MAX,
                    "interval",
                    "more than " + COUNT_MAX + " periods (expected: a longer interval, or a shorter time)");
            onQuarterHour(start, "time_zone");
            starts.add(start);
        }
        UnaryOperator<Instant> earlier = earlier(from, to, interval, zone);
        return new Periods(
                zone, interval, starts, to, starts.stream().map(earlier).toList());
    }

    public Instant start() {
        return starts.getFirst();
    }

    public Instant startBefore() {
        return startsBefore.getFirst();
    }

    /** When a period ends, by its place from 0. */
    public Instant endOf(int period) {
        return period + 1 < starts.size() ? starts.get(period + 1) : end;
    }

    /**
     * Whole months go back by so many months, whole days by so many days, all else by its length; in any case to the time
     * that ends where this one starts.
     */
    private static UnaryOperator<Instant> earlier(Instant from, Instant to, Interval interval, ZoneId zone) {
        LocalDate first = from.atZone(zone).toLocalDate();
        LocalDate last = to.atZone(zone).toLocalDate();
        boolean days = interval.compareTo(Interval.DAY) >= 0
                && Interval.startOf(first, zone).equals(from)
                && Interval.startOf(last, zone).equals(to);
        boolean months = days
                && interval.compareTo(Interval.MONTH) >= 0
                && first.getDayOfMonth() == 1
                && last.getDayOfMonth() == 1;
        if (months) {
            long count = MONTHS.between(first, last);
            return instant ->
                    Interval.startOf(instant.atZone(zone).toLocalDate().minusMonths(count), zone);
        }
        if (days) {
            long count = DAYS.between(first, last);
            return instant ->
                    Interval.startOf(instant.atZone(zone).toLocalDate().minusDays(count), zone);
        }
        Duration length = Duration.between(from, to);
        return instant -> instant.minus(length);
    }

    private static void onQuarterHour(Instant instant, String param) {
        check(
                instant.getNano() == 0 && instant.getEpochSecond() % (60 * Interval.QUARTER_HOUR_MINUTES) == 0,
                param,
                instant + " is not at a quarter of an hour, which usage is summed by; the ledger has single entries");
    }

    private static void check(boolean holds, String param, String message) {
        if (!holds) {
            throw new Problem(ProblemCode.INVALID_VALUE, param + ": " + message, param);
        }
    }
}
