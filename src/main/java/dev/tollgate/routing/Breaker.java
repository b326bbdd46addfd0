package dev.tollgate.routing;

/**
 * Keeps requests away from a place that fails: after too many failures for a pause, which grows from one to the next;
 * then a few requests try at once, and the first that ends opens the way or begins another pause. Safe for threads.
 */
final class Breaker {
    /** Of the latest calls, whose failures are counted. */
    private static final int WINDOW = 20;

    /** Calls before a failure ratio means anything. */
    private static final int CALLS_MIN = 5;

    private static final long FIRST_PAUSE_NANOS = 2_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;

    /** So many requests try at once after a pause. */
    private static final int TRIALS_MAX = 3;

    /** So long requests that try may take; then others try. */
    private static final long TRIAL_NANOS = 60_000_000_000L;

    private boolean open;

    /** Requests that try after the pause. */
    private int trials;

    private long untilNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /** A bit for each of the latest calls, the newest lowest; 1 is a failure. */
    private long failures;

    private int calls;

    /** Whether no request is to go there now. */
    synchronized boolean isShut(long nowNanos) {
        return open && (trials == 0 || trials == TRIALS_MAX) && nowNanos - untilNanos < 0;
    }

    /** Nanoseconds until the pause is over; 0 where there is none, or some are trying. */
    synchronized long opensIn(long nowNanos) {
        return open && trials == 0 ? Math.max(0, untilNanos - nowNanos) : 0;
    }

    /** A request wants to go there; false where it must not. Where the pause is over it is one of those that try. */
    synchronized boolean tryBegin(long nowNanos) {
        if (!open) {
            return true;
        }
        if (isShut(nowNanos)) {
            return false;
        }
        trials = nowNanos - untilNanos < 0 ? trials + 1 : 1;
        if (trials == 1) {
            untilNanos = nowNanos + TRIAL_NANOS;
        }
        return true;
    }

    synchronized void succeeded() {
        if (open && trials == 0) {
            return; // it was sent before the place failed, and says nothing of now
        }
        if (open) {
            open = false;
            trials = 0;
            pauseNanos = FIRST_PAUSE_NANOS;
            failures = 0;
            calls = 0;
        }
        count(0);
    }

    /** Nothing was learned of the place: the request did not go there after all, or ended by itself. Another one may try. */
    synchronized void unknown(long nowNanos) {
        if (trials > 0) {
            trials--;
            if (trials == 0) {
                untilNanos = nowNanos;
            }
        }
    }

    /** @param jitter 0 to before 1, by which replicas don't try all at the same time */
    synchronized void failed(long nowNanos, double jitter) {
        if (open && trials == 0) {
            return;
        }
        count(1);
        boolean tooMany = calls >= CALLS_MIN && Long.bitCount(failures) * 2 >= calls;
        if (trials > 0 || tooMany) {
            pause(nowNanos, (long) (pauseNanos * (1 + jitter / 2)));
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        }
    }

    /** Keeps requests away for as long as the place has asked for, a minute at most. */
    synchronized void pause(long nowNanos, long nanos) {
        long until = nowNanos + Math.min(nanos, LONGEST_PAUSE_NANOS);
        untilNanos = open && trials == 0 && untilNanos - until > 0 ? untilNanos : until;
        open = true;
        trials = 0;
    }

    private void count(int failed) {
        failures = (failures << 1 | failed) & ((1L << WINDOW) - 1);
        calls = Math.min(calls + 1, WINDOW);
    }
}
