package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Refused;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that waits for a slot. It is told the end on the event loop that it came from. */
final class Waiter {
    /** Who is served first: higher priority, then who came first. */
    static final Comparator<Waiter> ORDER = Comparator.comparingInt((Waiter waiter) -> waiter.priority)
            .reversed()
            .thenComparingLong(waiter -> waiter.number);

    final List<Charge> charges;
    final int priority;
    final long untilNanos;
    private final long number;
    private final Promise<Decision> promise = Promise.promise();
    private final @Nullable Context context = Vertx.currentContext();
    private Refused refused;

    /** @param number counts those who wait, so that no two are equal */
    Waiter(List<Charge> charges, int priority, long number, long untilNanos, Refused refused) {
        this.charges = charges;
        this.priority = priority;
        this.number = number;
        this.untilNanos = untilNanos;
        this.refused = refused;
    }

    Future<Decision> decision() {
        return promise.future();
    }

    /** The bucket that it waits at. */
    String key() {
        return charges.get(refused.charge()).bucket().key();
    }

    /** Goes on waiting, for the reason that it was refused for last. */
    void stillRefused(Refused latest) {
        refused = latest;
    }

    void giveUp() {
        end(Future.succeededFuture(refused));
    }

    void end(AsyncResult<Decision> end) {
        if (context == null || context.equals(Vertx.currentContext())) {
            promise.handle(end);
        } else {
            context.runOnContext(_ -> promise.handle(end));
        }
    }
}
