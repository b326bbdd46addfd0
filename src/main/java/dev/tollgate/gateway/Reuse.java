package dev.tollgate.gateway;

import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.LedgerEntry.Reused;
import dev.tollgate.ledger.Outcome;

/**
 * That a request was given the answer to another one.
 *
 * @param outcome {@link Outcome#CACHED} or {@link Outcome#COALESCED}
 * @param saved what its own call would have cost, as far as the other one says
 * @param savedMicros time that the caller did not wait
 */
record Reuse(Outcome outcome, Reused reused, Money saved, long savedMicros) {
    /** What saves by giving answers again, as the ledger has it. */
    static final String CACHE = "cache";

    /** What saved it, as the ledger has it. */
    String cause() {
        return outcome == Outcome.CACHED ? CACHE : "coalescing";
    }
}
