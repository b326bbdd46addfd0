package dev.tollgate.ledger;

import io.vertx.core.Future;
import java.util.List;

/** Where ledger entries are kept for good. Entries are as {@link EntryJson} writes them. Safe for threads. */
public interface LedgerStore {
    /**
     * Books entries in one transaction, and the sums over them with them; an entry that is there already is left as it
     * is. Fails with {@link PoisonEntry} when the data of some entry can't be stored, with anything else when the store is
     * not reachable or not able and the same call may succeed later.
     */
    Future<Booked> book(List<byte[]> entries);

    /** Puts an entry that can't be booked where an operator sees it. */
    Future<Void> quarantine(byte[] entry, PoisonEntry why);

    /**
     * What became of a batch; whatever is in none of the counts was there already.
     *
     * @param entries booked as they are
     * @param corrections booked as what is to be added to an earlier guess
     * @param quarantined of times that the ledger does not take
     */
    record Booked(int entries, int corrections, int quarantined) {}

    /** Some entry of a batch can never be stored as it is. */
    final class PoisonEntry extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String reason;
        private final String sqlState;

        /** @param reason a word for it: {@code invalid_data}, {@code constraint} or {@code no_partition} */
        public PoisonEntry(String reason, String sqlState, Throwable cause) {
            super(cause);
            this.reason = reason;
            this.sqlState = sqlState;
        }

        public String reason() {
            return reason;
        }

        public String sqlState() {
            return sqlState;
        }
    }
}
