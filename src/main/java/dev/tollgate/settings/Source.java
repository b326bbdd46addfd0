package dev.tollgate.settings;

import java.util.Locale;

/** Where a value comes from. */
public enum Source {
    /** Shipped with Tollgate: nobody has set it. */
    DEFAULT("the shipped default"),
    ORGANIZATION("set by the organization"),
    CLIENT("set by the client"),
    /** Part of it is the organization's, part the client's. */
    ORGANIZATION_AND_CLIENT("set by the organization and the client");

    private final String words;

    Source(String words) {
        this.words = words;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    String words() {
        return words;
    }
}
