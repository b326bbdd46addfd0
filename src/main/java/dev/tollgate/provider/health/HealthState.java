package dev.tollgate.provider.health;

import java.util.Locale;

/** How an account does, the best first. */
public enum HealthState {
    UP,
    /** It answers, but not always, or not for long. */
    DEGRADED,
    /** It does not answer, or not to this credential. */
    DOWN;

    /** The name in the database and for administrators: {@code degraded}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static HealthState of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
