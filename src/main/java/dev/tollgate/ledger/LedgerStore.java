package dev.tollgate.ledger;

import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where ledger entries are kept for good. Entries are as {@link EntryJson} writes them. Safe for threads. */
public interface LedgerStore {
    /**
     * Books entries in one transaction, and the sums over them with them; an entry that is there already is left as it
     * is. Fails with {@link PoisonEntry} when the data of some entry can't be stored, with {@link CommitsLost} when entries
     * have to be booked again, with anything else when the store is not reachable or not able and the same call may succeed
     * later.
     */
    Future<Booked> book(List<byte[]> entries);

    /** Fails with {@link CommitsLost} when entries have to be booked again. */
    default Future<Void> verify() {
        return Future.succeededFuture();
    }

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

    /** The store has forgotten entries that it had acknowledged. */
    final class CommitsLost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final long remembered;

        /** @param remembered the last commit that it knows */
        public CommitsLost(long remembered, @Nullable Throwable cause) {
            super("the database knows commits up to " + remembered + " only", cause);
            this.remembered = remembered;
        }

        public long remembered() {
            return remembered;
        }
    }

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
