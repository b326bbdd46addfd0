package dev.tollgate.ledger;

import java.util.Locale;

/** How a request ended. */
public enum Outcome {
    /** Answered in full. */
    OK,
    /** Answered by Tollgate without asking a provider. */
    LOCAL,
    /** Answered from the cache. */
    CACHED,
    /** Answered with what another request was answered that was under way at the same time. */
    COALESCED,
    /** Refused by Tollgate before anything was sent to a provider. */
    REFUSED,
    /** Answered by the provider with an error. */
    UPSTREAM_ERROR,
    /** The provider could not be reached, or its answer was none. */
    FAILED,
    /** The answer broke off on its way from the provider. */
    CUT_OFF,
    /** The client went away before its answer was complete. */
    CANCELLED,
    /** Tollgate broke off itself, so that the entry is a guess; the truth may follow as a correction. */
    INTERRUPTED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** Whether the caller was answered as asked, by whomever. */
    public boolean isSuccess() {
        return this == OK || this == LOCAL || this == CACHED || this == COALESCED;
    }

    /** The name in the database and in metrics. */
    public String label() {
        return label;
    }
}
