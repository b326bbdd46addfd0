package dev.tollgate.ledger.journal;

/** What a record holds. Both hold a whole entry, so that the last record of a request is what is to be booked for it. */
enum Kind {
    /** The entry as it would be if Tollgate ended now: written before a request goes out, and again on its way. */
    GUESS(1),
    /** The entry as it is. */
    TRUTH(2);

    private final int code;

    Kind(int code) {
        this.code = code;
    }

    /** How it is written. */
    int code() {
        return code;
    }
}
