package dev.tollgate.rating;

import java.util.Locale;

/** How a version of a price came to be. */
public enum Origin {
    /** Added for now or for the future. */
    VERSION,
    /** Added for a time that has passed. */
    CORRECTION,
    /** Taken from somebody's price list. */
    IMPORT;

    /** The name in the database and in the interface. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
