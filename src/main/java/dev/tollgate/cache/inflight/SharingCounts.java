package dev.tollgate.cache.inflight;

import java.util.concurrent.atomic.LongAdder;

/** How requests fared that met others like them under way, since the start. Safe for threads. */
public final class SharingCounts {
    final LongAdder joined = new LongAdder();
    final LongAdder tookOver = new LongAdder();
    final LongAdder wentAlone = new LongAdder();
    final LongAdder fellBehind = new LongAdder();

    /** Requests that found a call like theirs under way. */
    public long joined() {
        return joined.sum();
    }

    /** Of those, the ones that had to make the call after all, because whoever made it came to nothing. */
    public long tookOver() {
        return tookOver.sum();
    }

    /** Of those, the ones that went on by themselves, because no call could be shared. */
    public long wentAlone() {
        return wentAlone.sum();
    }

    /** Requests that were cut off, because their clients were too far behind. */
    public long fellBehind() {
        return fellBehind.sum();
    }
}
