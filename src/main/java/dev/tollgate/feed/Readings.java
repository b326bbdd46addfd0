package dev.tollgate.feed;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Readings of what is new, one at a time. Safe for threads. */
public final class Readings {
    /** How long a reading may take that can be overtaken by the next one. */
    public static final long PATIENCE_SECONDS = 10;

    private final Supplier<Future<Integer>> reading;
    private boolean isUnderWay;
    private @Nullable Promise<Integer> next;

    /** @param reading one reading, which completes with how many rows it read */
    public Readings(Supplier<Future<Integer>> reading) {
        this.reading = reading;
    }

    /** A reading that begins after this call; calls that come while one is under way share the one after it. */
    public synchronized Future<Integer> next() {
        if (next == null) {
            next = Promise.promise();
        }
        Future<Integer> read = next.future();
        if (!isUnderWay) {
            begin(next);
        }
        return read;
    }

    public synchronized boolean isUnderWay() {
        return isUnderWay;
    }

    private synchronized void begin(Promise<Integer> promise) {
        isUnderWay = true;
        next = null;
        reading.get().onComplete(result -> {
            goOn();
            promise.handle(result);
        });
    }

    private synchronized void goOn() {
        isUnderWay = false;
        if (next != null) {
            begin(next);
        }
    }
}
