package dev.tollgate.limits.rate;

import java.math.BigInteger;

/**
 * A rate's bucket by the generic cell rate algorithm, in its form of virtual scheduling (ITU-T I.371, annex A; ATM Forum
 * TM 4.0). The <em>theoretical arrival time</em> is when everything that was charged would have come at an even pace. A
 * charge of n units moves it n emission intervals on, from now if it is past, and conforms as long as it gets no further
 * ahead of now than the tolerance. So no span of time sees more than the burst and what the rate brings in that span.
 *
 * <p><b>Giving back.</b> Of a charge, only what has not flowed off can be given back, or a bucket would be paid twice for
 * the same time. Charges flow off in order: what is left of one is at most the time from now to the arrival time that it
 * reached itself, less all that was given back since.
 *
 * @param arrivalNanos the theoretical arrival time, on the clock of {@code System.nanoTime}
 * @param givenBackNanos the sum of all that was ever given back
 */
record Gcra(Pace pace, long arrivalNanos, long givenBackNanos) {

    static Gcra empty(Pace pace, long now) {
        return new Gcra(pace, now, 0);
    }

    /** How far the bucket is ahead of time: what still has to flow off. */
    long aheadNanos(long now) {
        return Math.max(0, arrivalNanos - now);
    }

    /**
     * Until so much can be charged; 0 for at once. It must not be more than the rate's burst. What is more than the burst
     * of a share is charged when nothing else is left in it.
     */
    long waitNanos(long cost, long now) {
        long left = Math.max(0, pace.toleranceNanos() - pace.time(cost));
        return cost == 0 ? 0 : Math.max(0, aheadNanos(now) - left);
    }

    /** After so much more, whether it conforms or not. */
    Gcra charged(long cost, long now) {
        if (cost == 0) {
            return this;
        }
        long ahead = Math.min(aheadNanos(now) + pace.time(cost), Pace.MOST_NANOS);
        return new Gcra(pace, now + ahead, givenBackNanos);
    }

    /** After a charge, which ended in {@code then}, has turned out to be so much less. */
    Gcra givenBack(long cost, Gcra then, long now) {
        long since = givenBackNanos - then.givenBackNanos;
        long left = since < 0 ? 0 : Math.max(0, then.arrivalNanos - since - now);
        long most = pace.equals(then.pace) ? left : pace.time(then.pace.units(left));
        long back = Math.min(Math.min(pace.time(cost), most), aheadNanos(now));
        return back == 0 ? this : new Gcra(pace, arrivalNanos - back, givenBackNanos + back);
    }

    /** The same bucket at another pace: what remains stays, begun units included, up to the new burst. */
    Gcra at(Pace other, long now) {
        long remaining = pace.toleranceNanos() - aheadNanos(now);
        long begun = pace.emissionNanos() == 0 ? 0 : Math.floorMod(remaining, pace.emissionNanos());
        long then = other.time(pace.units(remaining)) + scaled(begun, other.emissionNanos(), pace.emissionNanos());
        long ahead = Math.clamp(other.toleranceNanos() - then, 0, Pace.MOST_NANOS);
        return new Gcra(other, now + ahead, givenBackNanos);
    }

    private static long scaled(long value, long by, long of) {
        return value == 0
                ? 0
                : BigInteger.valueOf(value)
                        .multiply(BigInteger.valueOf(by))
                        .divide(BigInteger.valueOf(of))
                        .longValueExact();
    }

    Standing standing(long now) {
        return pace.standing(aheadNanos(now));
    }
}
