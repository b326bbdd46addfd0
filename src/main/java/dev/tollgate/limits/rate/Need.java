package dev.tollgate.limits.rate;

import java.util.concurrent.atomic.LongAdder;

/** What one replica needs of one bucket, and what it has of it. But for {@link #ask}, used by one thread at a time. */
final class Need {
    private final LongAdder asked = new LongAdder();
    private long recent;
    private int idleRounds;

    /** The parts that are used here, of as many as {@link #of} says. */
    volatile long used;

    /** What the replica claims next. */
    long target;

    /** What it has told others last that it claims. */
    long claimed;

    /** Whether others have heard of it: only then does what is used here stay when they claim more. */
    boolean known;

    /** How many parts the limit has: as many as it has slots, or a thousand. */
    long of;

    void ask(long cost) {
        asked.add(cost);
    }

    /** Ends a round, and answers the demand of the last few of them: each counts half of the one after it. */
    long endRound(long slotsTaken) {
        long round = asked.sumThenReset();
        recent = recent / 2 + round;
        long demand = Math.max(recent, slotsTaken);
        idleRounds = demand == 0 ? idleRounds + 1 : 0;
        return demand;
    }

    boolean isOver() {
        return idleRounds > 10;
    }

    Share share() {
        return new Share(used, of);
    }
}
