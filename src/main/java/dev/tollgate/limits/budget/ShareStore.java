package dev.tollgate.limits.budget;

import io.vertx.core.Future;
import java.util.List;

/**
 * Where it is decided which replica may use how much of a window. What a request costs beyond its hold, and what is corrected
 * later, the store adds to the replica's share when it is booked: nobody has to ask for that. Every call fails when the store is away, and it is not
 * known then whether it was done; calls that give or take carry a number by which a repetition is told. Safe for threads.
 */
public interface ShareStore {
    /** The window of a budget that holds an instant, opened where there is none. */
    Future<Window> windowAt(Budget budget, String subject, long epochMillis);

    /**
     * Asks for a share: at least what is needed, or nothing.
     *
     * @param call greater than that of any earlier call of this run on this window; a call that comes again has its number again
     *     and is done once
     * @param need the least that is of use
     * @param want how much would be good, so that not every request has to ask
     */
    Future<Grant> grant(long windowId, long epoch, long call, long need, long want);

    /** Gives back what is not needed. It must have been taken out of use before. Its number is one of the same row. */
    Future<Void> giveBack(long windowId, long epoch, long call, long amount);

    /** Asks all replicas to give back what they don't need. */
    Future<Void> recall(long windowId);

    /** Says that this replica is alive. */
    Future<Beat> beat(long epoch);

    /** What became of a call for a share. */
    sealed interface Grant {
        record Given(long amount, Standing standing) implements Grant {}

        record Refused(Standing standing) implements Grant {}

        /** The window is over. */
        record Closed() implements Grant {}

        /** The replica has lost its place to another one. */
        record Superseded() implements Grant {}
    }

    /**
     * How a window stands, over all replicas.
     *
     * @param amount what may be used
     * @param settled what was spent, as far as it is booked
     * @param inDoubt what may have been spent
     * @param used settled, in doubt, and granted to replicas
     */
    record Standing(long amount, long settled, long inDoubt, long used) {
        /** What neither was nor may have been spent. */
        public long unspent() {
            return amount - settled - inDoubt;
        }

        public long free() {
            return amount - used;
        }
    }

    /**
     * @param live whether the replica has still its place
     * @param replicas how many there are
     * @param recalled windows of which something is wanted back
     */
    record Beat(boolean live, int replicas, List<Long> recalled) {}
}
