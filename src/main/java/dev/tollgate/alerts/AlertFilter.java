package dev.tollgate.alerts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts are wanted; null is any.
 *
 * @param kind a name, or the beginning of names followed by a star
 * @param from the first instant that counts
 * @param to the first instant that doesn't any more
 */
public record AlertFilter(
        @Nullable String organizationId,
        @Nullable String kind,
        @Nullable Severity severityMin,
        @Nullable Instant from,
        @Nullable Instant to) {}
