package dev.tollgate.reports;

import java.util.Locale;

/** A figure of usage. All are sums of whole numbers, so that sums of sums are exact. */
public enum Figure {
    REQUESTS(Unit.COUNT, true),
    ERRORS(Unit.COUNT, true),
    REFUSED(Unit.COUNT, true),
    CANCELLED(Unit.COUNT, false),
    INTERRUPTED(Unit.COUNT, false),
    CACHED(Unit.COUNT, true),
    COALESCED(Unit.COUNT, false),
    ESTIMATED(Unit.COUNT, false),
    INPUT_TOKENS(Unit.COUNT, true),
    CACHED_INPUT_TOKENS(Unit.COUNT, true),
    OUTPUT_TOKENS(Unit.COUNT, true),
    REASONING_TOKENS(Unit.COUNT, true),
    PROVIDER_COST(Unit.NANODOLLARS, true),
    CHARGE(Unit.NANODOLLARS, true),
    BASELINE_COST(Unit.NANODOLLARS, true),
    SAVINGS(Unit.NANODOLLARS, true),
    /** From its arrival to the end of its answer, in microseconds. */
    TOTAL_MICROS(Unit.MICROSECONDS, false),
    FIRST_BYTE_MICROS(Unit.MICROSECONDS, false),
    /** How many requests {@link #FIRST_BYTE_MICROS} is the sum of. */
    FIRST_BYTES(Unit.COUNT, false);

    private final Unit unit;
    private final boolean ofTags;

    Figure(Unit unit, boolean ofTags) {
        this.unit = unit;
        this.ofTags = ofTags;
    }

    /** What it counts. */
    public enum Unit {
        COUNT,
        NANODOLLARS,
        MICROSECONDS
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Unit unit() {
        return unit;
    }

    /** Whether the sums per tag have it, too. */
    public boolean isOfTags() {
        return ofTags;
    }
}
