package dev.tollgate.gateway;

import java.util.concurrent.atomic.LongAdder;

/** How often requests are tried again, and what keeps them from it. Safe for threads. */
public final class RetryCounts {
    private final LongAdder[] counts = new LongAdder[Kind.values().length];

    public RetryCounts() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    /** What happens. */
    public enum Kind {
        /** A request goes to another place after an attempt that cost nothing. */
        ELSEWHERE,
        /** A request goes to another place after an attempt that may have been billed. */
        BESIDE,
        /** A request is sent again to where it failed. */
        AGAIN,
        /** Nothing is tried again because too much was. */
        NO_RETRIES_LEFT,
        /** Nothing is tried again because it would not end in time. */
        NO_TIME_LEFT,
        /** A place is left out because as many requests are under way there as may be. */
        PLACE_FULL
    }

    void add(Kind kind) {
        counts[kind.ordinal()].increment();
    }

    public long of(Kind kind) {
        return counts[kind.ordinal()].sum();
    }
}
