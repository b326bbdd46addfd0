package dev.tollgate.routing.when;

import org.jspecify.annotations.Nullable;

/** By what the places of a route are put in order, whatever its strategy says. */
public enum Preference {
    /** The cheaper ones first. */
    PRICE,
    /** Those first where answers begin sooner. */
    LATENCY;

    /** The one that a setting means, or null to leave the order to the route: of quality nothing is measured yet. */
    public static @Nullable Preference of(@Nullable Enum<?> set) {
        if (set != null) {
            for (Preference each : values()) {
                if (each.name().equals(set.name())) {
                    return each;
                }
            }
        }
        return null;
    }
}
