package dev.tollgate.limits.rate;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Where replicas tell one another what they need of the limits that they have in common. */
public interface DemandBoard {

    /**
     * What a replica says of a bucket.
     *
     * @param demand units or slots that were asked for there lately, per second
     * @param claim the parts of the limit that nobody else may use
     * @param of as many parts as it counts by
     */
    record Offer(String replica, long demand, long claim, long of) {}

    /**
     * What others have said.
     *
     * @param replicas how many live, with the one that asks
     * @param others the offers of other living replicas by key of the bucket, at least for those that were published
     */
    record Seen(int replicas, Map<String, List<Offer>> others) {}

    /**
     * Replaces all that this replica has said, and then reads what others have said: of two that do so at the same time,
     * at least one sees the other. A replica that has not done so for {@link SharedOut#DEAD_AFTER_MILLIS} counts as dead.
     */
    Future<Seen> exchange(String replica, Map<String, Offer> own);
}
