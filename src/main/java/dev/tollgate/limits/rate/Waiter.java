package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Refused;
import dev.tollgate.net.Homecoming;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;

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
    private final Homecoming<Decision> decision = new Homecoming<>();
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
        return decision.future();
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
        decision.end(Future.succeededFuture(refused));
    }

    void end(Future<Decision> end) {
        decision.end(end);
    }
}
