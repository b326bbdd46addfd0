package dev.tollgate.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an admin token; never the token itself.
 *
 * @param id {@code tok_…}
 * @param organizationId the one organization that it reaches, or null for the platform's
 * @param createdBy the principal that created it
 * @param version grows with every change
 */
public record TokenRecord(
        String id,
        String name,
        Role role,
        @Nullable String organizationId,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt,
        long version) {}
