package dev.tollgate.ledger;

import io.vertx.core.Future;
import java.util.List;

/** Where ledger entries are kept for good. Safe for threads. */
public interface LedgerStore {
    /**
     * Adds entries in one transaction; an entry that is there already is left as it is. Fails with
     * {@link PoisonEntry} when the data of some entry can't be stored, with anything else when the store is not
     * reachable or not able and the same call may succeed later.
     */
    Future<Void> append(List<LedgerEntry> entries);

    /** Some entry of a batch can never be stored as it is. */
    final class PoisonEntry extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public PoisonEntry(Throwable cause) {
            super(cause);
        }
    }
}
