package dev.tollgate.limits.budget;

import java.util.UUID;

/**
 * An entry of the ledger, as far as one window counts it.
 *
 * @param held what was held for it
 * @param amount what it cost
 * @param end what is known of how it ended
 */
public record Spend(UUID requestId, long windowId, long epoch, long held, long amount, End end) {
    public enum End {
        /** It cost what the entry says. */
        KNOWN,
        /** The provider did not answer; it may have cost as much as was held. */
        IN_DOUBT,
        /** The process broke off; the entry is a guess that the truth may follow. */
        GUESSED
    }

    public static Spend of(long windowId, long epoch, long held, long amount) {
        return new Spend(UUID.randomUUID(), windowId, epoch, held, amount, End.KNOWN);
    }

    public Spend as(End otherEnd) {
        return new Spend(requestId, windowId, epoch, held, amount, otherEnd);
    }

    /** What the same request has cost by another account of it. */
    public Spend costing(long otherAmount) {
        return new Spend(requestId, windowId, epoch, held, otherAmount, end);
    }
}
