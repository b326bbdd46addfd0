package dev.tollgate.gateway.edge;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The requests under way on all event loops, and whether more may come. Stopping has two steps: while draining requests
 * are still served, each as the last of its connection; when closed they are refused, because nobody would book them.
 */
public final class InFlight {
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean draining;
    private volatile boolean closed;
    private volatile @Nullable Promise<Void> idle;

    /** Counts a request in, which {@link #end} must count out; false where it must be refused instead. */
    boolean tryBegin() {
        count.incrementAndGet();
        if (closed) {
            end();
            return false;
        }
        return true;
    }

    void end() {
        if (count.decrementAndGet() == 0) {
            complete(idle);
        }
    }

    public int count() {
        return count.get();
    }

    /** Whether the process is about to stop, so that connections are not kept. */
    public boolean isDraining() {
        return draining;
    }

    /** Completes when no request is under way for a moment. */
    public Future<Void> drain() {
        draining = true;
        return whenIdle();
    }

    /** Refuses what comes from now on; completes when no request is under way any more. */
    public Future<Void> close() {
        closed = true;
        return whenIdle();
    }

    private Future<Void> whenIdle() {
        Promise<Void> promise = Promise.promise();
        idle = promise;
        if (count.get() == 0) {
            complete(promise);
        }
        return promise.future();
    }

    private static void complete(@Nullable Promise<Void> promise) {
        if (promise != null) {
            promise.tryComplete();
        }
    }
}
