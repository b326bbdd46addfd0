package dev.tollgate.cache;

/**
 * What a tier of this replica was asked since the start, and what it holds.
 *
 * @param misses look-ups that found nothing, or what had expired
 * @param failures look-ups that failed or took too long
 * @param lookUpNanos that all look-ups took together
 */
public record TierStatistics(
        String tier, long hits, long misses, long failures, long lookUpNanos, CacheTier.Holdings holdings) {}
