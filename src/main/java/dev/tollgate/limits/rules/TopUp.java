package dev.tollgate.limits.rules;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a credit was topped up with.
 *
 * @param subject whose count, where the budget has one per something; else empty
 * @param amount in what the budget measures
 * @param forfeited what of it was not spent when it expired
 * @param expiresAt when what is left of it is lost; null is never
 * @param expiredAt when that was done
 */
public record TopUp(
        String id,
        String budgetId,
        String subject,
        long amount,
        long forfeited,
        @Nullable Instant expiresAt,
        @Nullable Instant expiredAt,
        String reason,
        Instant createdAt) {}
