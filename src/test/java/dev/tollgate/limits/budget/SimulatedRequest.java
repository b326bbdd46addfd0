package dev.tollgate.limits.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request of the simulation: what was held for it, what it truly cost, and what is known of that so far. */
final class SimulatedRequest {
    final UUID id;
    final List<Count> counts = new ArrayList<>();

    /** What the provider bills, from when it has done so. */
    long cost;

    boolean isBilled;

    /** What the journal says of its end; null while it is under way. */
    @Nullable
    Long ended;

    boolean isInDoubt;

    /** Whether its process broke off, so that its end is a guess. */
    boolean isInterrupted;

    boolean isReleased;

    /** Whether the ledger can't take its entry, for the time being. */
    boolean isPoison;

    /** What it cost by an entry in quarantine that knows; null as long as there is none. */
    @Nullable
    Long quarantined;

    SimulatedRequest(UUID id) {
        this.id = id;
    }

    /** Its part in one window. */
    static final class Count {
        final SimulatedRequest request;
        final long window;
        final long epoch;
        final long held;

        @Nullable
        Long booked;

        private boolean isGuess;
        private boolean isInQuarantine;

        Count(SimulatedRequest request, long window, long epoch, long held) {
            this.request = request;
            this.window = window;
            this.epoch = epoch;
            this.held = held;
        }

        Spend spend(long amount, Spend.End end) {
            return new Spend(request.id, window, epoch, held, amount, end);
        }

        /** What the ledger takes of an entry: the first one, and after a guess the truth. */
        void book(long amount, Spend.End end) {
            if (booked == null) {
                booked = amount;
                isGuess = end == Spend.End.GUESSED;
            } else if (isGuess && end != Spend.End.GUESSED) {
                booked = amount;
                isGuess = false;
            }
        }

        /** Its entry is in doubt as a whole. */
        void quarantine() {
            isInQuarantine = true;
        }

        /** What it takes of the window beside what is booked and in doubt there. */
        long outstanding() {
            if (booked != null || isInQuarantine || request.isReleased) {
                return 0;
            }
            if (request.ended == null) {
                return held;
            }
            return request.isInDoubt ? Math.max(held, request.ended) : request.ended;
        }

        /** What it has cost beyond its hold. */
        long excess() {
            long known = booked != null ? booked : request.ended != null ? request.ended : 0;
            return Math.max(0, Math.max(known, request.isBilled ? request.cost : 0) - held);
        }
    }
}
