package dev.tollgate.limits.rules;

import java.time.Instant;

/**
 * More of a budget for a time.
 *
 * @param subject whose count, where the budget has one per something; else empty
 * @param amount in what the budget measures
 */
public record Increase(
        String id,
        String budgetId,
        String subject,
        long amount,
        Instant startsAt,
        Instant endsAt,
        String reason,
        Instant createdAt) {}
