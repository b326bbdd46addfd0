package dev.tollgate.ledger.journal;

/** The journal can't be used at all. The message says why and what to do, for whoever starts Tollgate. */
public final class JournalFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalFailure(String message) {
        super(message);
    }

    JournalFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
