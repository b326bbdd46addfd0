package dev.tollgate.limits;

import java.util.Locale;

/** What a rule does when it is reached. */
public enum Mode {
    /** Refuses. */
    HARD,
    /** Lets requests through and alerts. */
    SOFT,
    /** Lets requests through and reports which ones it would have refused. */
    SHADOW;

    /** The name in the database and in the API: {@code hard}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Mode of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
