package dev.tollgate.gateway.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests under way on all event loops. */
public final class InFlight {
    private final AtomicInteger count = new AtomicInteger();
    private final Promise<Void> drained = Promise.promise();
    private volatile boolean draining;

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        if (count.decrementAndGet() == 0 && draining) {
            drained.tryComplete();
        }
    }

    public int count() {
        return count.get();
    }

    /** Whether the process is about to stop, so that connections are not kept. */
    public boolean isDraining() {
        return draining;
    }

    /** Completes when no request is under way any more. */
    public Future<Void> drain() {
        draining = true;
        if (count.get() == 0) {
            drained.tryComplete();
        }
        return drained.future();
    }
}
