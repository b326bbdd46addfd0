package dev.tollgate.limits.rate;

import java.util.concurrent.TimeUnit;

/**
 * So many units per period: requests per minute, tokens per day.
 *
 * @param limit units per period; 0 lets nothing through
 * @param periodMillis from 1 ms to 31 days
 * @param burst how many units may come at once when nothing came before; {@code limit} for what people mean by a limit
 *     "per minute", less for an even flow. It fills again at the rate, in at most 31 days
 */
public record Rate(long limit, long periodMillis, long burst) implements Bucket.Kind {
    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(31);

    public Rate {
        check("limit", limit, 0, TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS));
        check("periodMillis", periodMillis, 1, LONGEST_MILLIS);
        check("burst", burst, limit == 0 ? 0 : 1, limit == 0 ? 0 : longestBurst(limit, periodMillis));
    }

    /** A rate that may be used up at once. */
    public static Rate per(long periodMillis, long limit) {
        return new Rate(limit, periodMillis, limit);
    }

    /** How much time a unit takes, rounded up, so that a limit is never exceeded; 0 where nothing gets through. */
    long emissionNanos() {
        return limit == 0 ? 0 : emissionNanos(limit, periodMillis);
    }

    private static long emissionNanos(long limit, long periodMillis) {
        return Math.ceilDiv(TimeUnit.MILLISECONDS.toNanos(periodMillis), limit);
    }

    /** What rounding a unit's time up adds to a full burst is not held against it. */
    private static long longestBurst(long limit, long periodMillis) {
        return Math.max(limit, TimeUnit.MILLISECONDS.toNanos(LONGEST_MILLIS) / emissionNanos(limit, periodMillis));
    }

    private static void check(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }
}
