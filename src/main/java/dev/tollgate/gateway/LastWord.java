package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ledger.EntryJson;
import dev.tollgate.ledger.JointEntries;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.journal.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What stands in the journal of a request under way: the entry that is booked for it if Tollgate is killed. Used on one
 * event loop.
 */
final class LastWord {
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final Ticket ticket;
    private final Exchange exchange;
    private final Function<Exchange, LedgerEntry> guess;
    private long writtenNanos;

    /** @param guess makes the entry as it would be if Tollgate ended now */
    LastWord(Ticket ticket, Exchange exchange, Function<Exchange, LedgerEntry> guess) {
        this.ticket = ticket;
        this.exchange = exchange;
        this.guess = guess;
    }

    /** The entries of attempts that are booked by themselves, as they stand in the journal before that of the request. */
    static List<byte[]> apart(Exchange exchange) {
        List<Exchange.Apart> apart = exchange.apart();
        if (apart.isEmpty()) {
            return List.of();
        }
        List<byte[]> entries = new ArrayList<>(apart.size());
        apart.forEach(each -> entries.add(each.json()));
        return entries;
    }

    private byte[] bytes() {
        return JointEntries.join(apart(exchange), EntryJson.bytes(guess.apply(exchange)));
    }

    /**
     * To be called before the first byte goes to a provider, and when an attempt has ended and another one follows, before
     * anything that it held is given back; throws where there is no room, so that nothing may go.
     */
    void beforeSending(long nowNanos) {
        writtenNanos = nowNanos;
        if (!ticket.guess(bytes())) {
            throw new Problem(ProblemCode.JOURNAL_FULL, "Tollgate has no room to write down what this request costs.");
        }
    }

    /** To be called when some of an answer has come; writes at most once a second. */
    void onProgress(long nowNanos) {
        if (nowNanos - writtenNanos >= PAUSE_NANOS) {
            writtenNanos = nowNanos;
            ticket.guessAgain(bytes());
        }
    }
}
