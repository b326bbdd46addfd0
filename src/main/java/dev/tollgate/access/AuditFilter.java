package dev.tollgate.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of the audit log are wanted; null is any.
 *
 * @param from the first instant that counts
 * @param to the first instant that doesn't any more
 */
public record AuditFilter(
        @Nullable String organizationId,
        @Nullable String principalId,
        @Nullable String action,
        @Nullable String objectId,
        @Nullable Instant from,
        @Nullable Instant to) {}
