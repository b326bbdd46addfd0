package dev.tollgate.routing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many calls may be made again elsewhere: some at any time, and beyond that a fifth of the requests, so that an outage
 * of everything is not made worse by trying everything. Safe for threads.
 */
public final class RetryBudget {
    private static final long RETRY = 10;
    private static final long PER_REQUEST = 2;
    private static final long MOST = 100 * RETRY;

    private final AtomicLong left = new AtomicLong(MOST);

    /** A request came, which earns a part of a retry. */
    public void request() {
        if (left.get() < MOST) {
            left.accumulateAndGet(PER_REQUEST, (now, more) -> Math.min(MOST, now + more));
        }
    }

    /** Takes a retry, if there is one. */
    public boolean tryTake() {
        return left.getAndUpdate(now -> now < RETRY ? now : now - RETRY) >= RETRY;
    }
}
