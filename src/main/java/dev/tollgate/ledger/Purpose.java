package dev.tollgate.ledger;

import java.util.Locale;

/** What a request was made for. All but {@link #SERVE} are Tollgate's own doing. */
public enum Purpose {
    SERVE,
    VERIFICATION,
    SHADOW,
    JUDGE,
    EMBEDDING,
    WARM_UP,
    HOLDOUT,
    BATCH;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in the database. */
    public String label() {
        return label;
    }
}
