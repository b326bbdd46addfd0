package dev.tollgate.limits.budget;

import java.util.Locale;

/** What a budget counts. */
public enum Measure {
    /** Nanodollars that the organization pays. */
    CHARGE,
    /** Nanodollars that the owner of the account pays. */
    PROVIDER_COST,
    /** Tokens in and out. */
    TOKENS,
    INPUT_TOKENS,
    OUTPUT_TOKENS,
    REQUESTS;

    public boolean isMoney() {
        return this == CHARGE || this == PROVIDER_COST;
    }

    /** The name in the database and in the API: {@code provider_cost}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Measure of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
