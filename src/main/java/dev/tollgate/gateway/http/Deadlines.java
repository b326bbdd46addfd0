package dev.tollgate.gateway.http;

import io.vertx.core.Vertx;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything on one event loop that must not take too long. One timer looks at all of it every half second, so that
 * waiting for a provider costs no timer of its own: deadlines are kept to within that half second. Used on that loop
 * alone.
 */
public final class Deadlines {
    private static final long TICK_MILLIS = 500;

    private final LongSupplier nanoTime;
    private final Vertx vertx;
    private final long timer;
    private @Nullable Deadline first;
    private int count;

    public Deadlines(Vertx vertx, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.nanoTime = nanoTime;
        this.timer = vertx.setPeriodic(TICK_MILLIS, _ -> expireDue());
    }

    /** Something that is given up when its time has come. */
    public final class Deadline {
        private final Runnable onExpiry;
        private long atNanos;
        private boolean listed = true;
        private @Nullable Deadline next;
        private @Nullable Deadline previous;

        private Deadline(long atNanos, Runnable onExpiry) {
            this.atNanos = atNanos;
            this.onExpiry = onExpiry;
        }

        /** Begins to wait anew. */
        public void postpone(long nanos) {
            atNanos = nanoTime.getAsLong() + nanos;
        }

        /** Stops waiting. */
        public void cancel() {
            if (!listed) {
                return;
            }
            listed = false;
            count--;
            if (previous != null) {
                previous.next = next;
            } else {
                first = next;
            }
            if (next != null) {
                next.previous = previous;
            }
        }
    }

    /** Runs {@code onExpiry} after so many nanoseconds unless it is cancelled or postponed before. */
    public Deadline in(long nanos, Runnable onExpiry) {
        Deadline deadline = new Deadline(nanoTime.getAsLong() + nanos, onExpiry);
        deadline.next = first;
        if (first != null) {
            first.previous = deadline;
        }
        first = deadline;
        count++;
        return deadline;
    }

    /** How many deadlines are waited for. */
    public int count() {
        return count;
    }

    public void stop() {
        vertx.cancelTimer(timer);
    }

    private void expireDue() {
        long now = nanoTime.getAsLong();
        Deadline deadline = first;
        while (deadline != null) {
            Deadline next = deadline.next;
            if (deadline.listed && now - deadline.atNanos >= 0) {
                deadline.cancel();
                deadline.onExpiry.run();
            }
            deadline = next;
        }
    }
}
