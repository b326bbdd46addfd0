package dev.tollgate.ledger.journal;

import dev.tollgate.kernel.RequestId;
import org.jspecify.annotations.Nullable;

/**
 * The right of one request to be booked. Its last word is what is booked: the truth once that is told, the latest guess
 * where the process ends before. Used on the event loop of its {@link Lane}.
 */
public final class Ticket {
    private final Lane lane;
    private final RequestId id;

    /** Where the latest guess is, guarded by the lane. */
    @Nullable
    Segment guessedIn;

    int guessedAt;
    boolean settled;

    Ticket(Lane lane, RequestId id) {
        this.lane = lane;
        this.id = id;
    }

    public RequestId id() {
        return id;
    }

    /**
     * Writes the entry as it would be if the process ended now; false where the journal has no room for it, so that the
     * request must not go out. When this returns the guess outlives the process.
     */
    public boolean guess(byte[] entry) {
        return lane.guess(this, entry);
    }

    /** Writes a later guess, which is left out where room is short. */
    public void guessAgain(byte[] entry) {
        lane.guessAgain(this, entry);
    }

    /** Whether a guess was written. */
    public boolean hasGuess() {
        return guessedIn != null;
    }

    /** Says that nothing is to be booked under this request's id. Only where no guess was written. */
    public void giveUp() {
        lane.giveUp(this);
    }

    /** Writes the entry, once. Never refuses, because what happened must be booked. */
    public void settle(byte[] entry) {
        lane.settle(this, entry);
    }
}
