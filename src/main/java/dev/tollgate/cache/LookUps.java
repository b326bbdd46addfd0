package dev.tollgate.cache;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a tier was asked. Safe for threads. */
final class LookUps {
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(boolean hit, boolean failed, long tookNanos) {
        (hit ? hits : failed ? failures : misses).increment();
        nanos.add(tookNanos);
    }

    TierStatistics statistics(String tier, CacheTier.Holdings holdings) {
        return new TierStatistics(tier, hits.sum(), misses.sum(), failures.sum(), nanos.sum(), holdings);
    }
}
