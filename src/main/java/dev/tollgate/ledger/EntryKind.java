package dev.tollgate.ledger;

import java.util.Locale;

/** What an entry is about. */
public enum EntryKind {
    /** A request of a caller, or one that Tollgate made on its behalf. */
    REQUEST,
    /**
     * An attempt to serve a request that failed and may have been billed, where another one was made after it. It counts as
     * no request.
     */
    ATTEMPT,
    /** A change of what an earlier entry said. */
    ADJUSTMENT,
    /** Money given to an organization. */
    CREDIT,
    /** Something other than a request that is charged for. */
    METERED_SERVICE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in the database. */
    public String label() {
        return label;
    }
}
