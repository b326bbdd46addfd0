package dev.tollgate.limits.rate;

import java.util.concurrent.TimeUnit;

/**
 * A rate in the units of time that GCRA needs. For those who keep buckets.
 *
 * @param rate what this is the pace of
 * @param share the part of it that there is here
 * @param emissionNanos how much time one unit takes; 0 where nothing gets through
 * @param toleranceNanos how far ahead of time the bucket may get: the time of its burst
 */
public record Pace(Rate rate, Share share, long emissionNanos, long toleranceNanos) {
    /** Debt beyond this is forgiven, so that no sum overflows. It is twice the longest burst. */
    static final long MOST_NANOS = TimeUnit.DAYS.toNanos(64);

    public static Pace of(Rate rate) {
        return of(rate, Share.WHOLE);
    }

    /** A share of a rate takes longer for a unit, in a burst of fewer of them. */
    static Pace of(Rate rate, Share share) {
        long emission = rate.emissionNanos();
        if (share.parts() == share.of() || emission == 0) {
            return new Pace(rate, share, emission, rate.burst() * emission);
        }
        long slower = share.parts() == 0
                ? MOST_NANOS
                : Math.min(MOST_NANOS, Math.ceilDiv(emission * share.of(), share.parts()));
        return new Pace(rate, share, slower, Math.min(MOST_NANOS, share.of(rate.burst()) * slower));
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

    /** How a bucket stands that so much time has yet to flow off of. */
    public Standing standing(long aheadNanos) {
        return new Standing(rate.limit(), Math.max(0, units(toleranceNanos - aheadNanos)), millis(aheadNanos));
    }

    /** Rounded up: who comes back then does not come too early. */
    public static long millis(long nanos) {
        return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
    }
}
