package dev.tollgate.provider;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts latencies in buckets, sixteen for each doubling from a millisecond on, so that a percentile is at most 6.3 % above
 * the truth, and its size is the same whatever comes. What is shorter than the first bucket or longer than the last, a
 * quarter of an hour, is counted there. Not safe for threads.
 */
final class LatencyHistogram {
    private static final int BITS = 4;
    private static final int PER_DOUBLING = 1 << BITS;
    private static final int FIRST_DOUBLING = 10; // 1,024 microseconds
    private static final int DOUBLINGS = 20;

    private final int[] counts = new int[DOUBLINGS * PER_DOUBLING];
    private long count;

    void add(long micros) {
        counts[bucket(micros)]++;
        count++;
    }

    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
    }

    void addTo(LatencyHistogram sum) {
        for (int i = 0; i < counts.length; i++) {
            sum.counts[i] += counts[i];
        }
        sum.count += count;
    }

    /** Microseconds that so many of a hundred were not longer than; null where there are none. */
    @Nullable
    Long percentile(int percent) {
        long rank = Math.ceilDiv(count * percent, 100);
        long below = 0;
        for (int i = 0; i < counts.length && count > 0; i++) {
            below += counts[i];
            if (below >= rank) {
                return upperBound(i);
            }
        }
        return null;
    }

    private static int bucket(long micros) {
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, micros));
        if (doubling < FIRST_DOUBLING) {
            return 0;
        }
        int within = (int) (micros >> (doubling - BITS)) & (PER_DOUBLING - 1);
        return Math.min((doubling - FIRST_DOUBLING) * PER_DOUBLING + within, DOUBLINGS * PER_DOUBLING - 1);
    }

    private static long upperBound(int bucket) {
        int shift = bucket / PER_DOUBLING + FIRST_DOUBLING - BITS;
        return ((long) (PER_DOUBLING + bucket % PER_DOUBLING + 1) << shift) - 1;
    }
}
