package dev.tollgate.alerts;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** Deliveries that wait, shared by all replicas. */
public interface Deliveries {
    /**
     * Takes deliveries that are due, for the time of a lease. What is taken comes to nobody else before the lease ends; if
     * its end is not told by then, it is due again.
     *
     * @param max how many at most
     */
    Future<List<Delivery>> take(int max);

    /** It has arrived. */
    Future<Void> delivered(Delivery delivery, Attempt attempt);

    /** It has not, and is due again after a while. Changes nothing where somebody else has taken it meanwhile. */
    Future<Void> retry(Delivery delivery, Attempt attempt, Duration wait);

    /** It has not, and is given up, until somebody sends it again by hand. */
    Future<Void> giveUp(Delivery delivery, Attempt attempt);
}
