package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ledger.EntryJson;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.journal.Ticket;
import java.util.function.Supplier;

/**
 * What stands in the journal of a request under way: the entry that is booked for it if Tollgate is killed. Used on one
 * event loop.
 */
final class LastWord {
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final Ticket ticket;
    private final Supplier<LedgerEntry> guess;
    private long writtenNanos;

    /** @param guess makes the entry as it would be if Tollgate ended now */
    LastWord(Ticket ticket, Supplier<LedgerEntry> guess) {
        this.ticket = ticket;
        this.guess = guess;
    }

    /**
     * To be called before the first byte goes to a provider, and when an attempt has ended without cost, before what it
     * held is given back; throws where there is no room, so that nothing may go.
     */
    void beforeSending(long nowNanos) {
        writtenNanos = nowNanos;
        if (!ticket.guess(EntryJson.bytes(guess.get()))) {
            throw new Problem(ProblemCode.JOURNAL_FULL, "Tollgate has no room to write down what this request costs.");
        }
    }

    /** To be called when some of an answer has come; writes at most once a second. */
    void onProgress(long nowNanos) {
        if (nowNanos - writtenNanos >= PAUSE_NANOS) {
            writtenNanos = nowNanos;
            ticket.guessAgain(EntryJson.bytes(guess.get()));
        }
    }
}
