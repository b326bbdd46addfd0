package dev.tollgate.limits.rules;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A bundle of rules for organizations: those that it owns. */
public record Tier(
        String name,
        String description,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant archivedAt,
        long version) {
    /** The one that holds for organizations whose tier is not known. */
    public static final String DEFAULT = "default";
}
