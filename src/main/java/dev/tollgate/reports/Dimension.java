package dev.tollgate.reports;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What usage is told apart by, beside tags. */
public enum Dimension {
    ORGANIZATION(true),
    CLIENT(true),
    KEY(true),
    FEATURE(false),
    /** As asked for. */
    MODEL(false),
    MODEL_SERVED(false),
    PROVIDER(false),
    ACCOUNT(false),
    PAYER(false),
    PURPOSE(true),
    OPERATION(false),
    ROUTE(false),
    KIND(false),
    SIMULATED(true);

    private final boolean ofTags;

    Dimension(boolean ofTags) {
        this.ofTags = ofTags;
    }

    public static Optional<Dimension> of(String label) {
        return Arrays.stream(values())
                .filter(dimension -> dimension.label().equals(label))
                .findFirst();
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What its values are called in answers and in the database: {@code organization_id}. */
    public String field() {
        return switch (this) {
            case ORGANIZATION, CLIENT, KEY, ACCOUNT -> label() + "_id";
            default -> label();
        };
    }

    /** Whether people give names to what it has the ids of. */
    public boolean isNamed() {
        return this == ORGANIZATION || this == CLIENT || this == KEY;
    }

    /** Whether the sums per tag are told apart by it, too. */
    public boolean isOfTags() {
        return ofTags;
    }
}
