package dev.tollgate.alerts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How much an alert matters, the least first; the database has its number. */
public enum Severity {
    INFO,
    WARNING,
    CRITICAL;

    /** {@code warning}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Severity> of(String label) {
        return Arrays.stream(values())
                .filter(severity -> severity.label().equals(label))
                .findFirst();
    }

    /** The one of that number in the database. */
    public static Severity of(int number) {
        return values()[number];
    }
}
