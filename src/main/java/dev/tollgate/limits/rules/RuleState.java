package dev.tollgate.limits.rules;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a rule beside what it says.
 *
 * @param organizationId whose rule it is; null for rules of the platform, a tier or an account
 * @param origin what made it and keeps it; null where it was made by itself
 * @param version grows with every change; 0 is not stored yet
 */
public record RuleState(
        @Nullable String organizationId,
        @Nullable String origin,
        boolean enabled,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant archivedAt,
        long version) {
    /** The origin of what the platform set for an organization, which can't change it by itself. */
    public static final String PLATFORM = "platform";

    /** Of a rule that is not stored yet. */
    public static RuleState fresh(@Nullable String organizationId, @Nullable String origin, boolean enabled) {
        return new RuleState(organizationId, origin, enabled, Instant.EPOCH, Instant.EPOCH, null, 0);
    }

    public RuleState withEnabled(boolean enabledNow) {
        return new RuleState(organizationId, origin, enabledNow, createdAt, updatedAt, archivedAt, version);
    }
}
