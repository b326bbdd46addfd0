package dev.tollgate.limits.rate;

import java.util.concurrent.TimeUnit;

/**
 * A rate in the units of time that GCRA needs.
 *
 * @param rate what this is the pace of
 * @param emissionNanos how much time one unit takes; 0 where nothing gets through
 * @param toleranceNanos how far ahead of time the bucket may get: the time of its burst
 */
record Pace(Rate rate, long emissionNanos, long toleranceNanos) {
    /** Debt beyond this is forgiven, so that no sum overflows. It is twice the longest burst. */
    static final long MOST_NANOS = TimeUnit.DAYS.toNanos(64);

    static Pace of(Rate rate) {
        long emission = rate.emissionNanos();
        return new Pace(rate, emission, rate.burst() * emission);
    }

    /** How much time so many units take, at most {@link #MOST_NANOS}; of a debt, negative. */
    long time(long units) {
        if (emissionNanos == 0) {
            return 0;
        }
        long most = MOST_NANOS / emissionNanos;
        return Math.clamp(units, -most, most) * emissionNanos;
    }

    /** How many whole units so much time is enough for; of a debt, negative. */
    long units(long nanos) {
        return emissionNanos == 0 ? 0 : Math.floorDiv(nanos, emissionNanos);
    }
}
