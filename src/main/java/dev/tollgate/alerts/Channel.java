package dev.tollgate.alerts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where alerts are told.
 *
 * @param id {@code chn_…}
 * @param organizationId whose events it tells; null is the platform's
 * @param version grows with every change
 */
public record Channel(
        String id,
        @Nullable String organizationId,
        String name,
        Subscription subscription,
        boolean enabled,
        Target target,
        Instant createdAt,
        Instant updatedAt,
        long version) {}
