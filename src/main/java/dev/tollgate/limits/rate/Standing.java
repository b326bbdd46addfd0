package dev.tollgate.limits.rate;

/**
 * How a bucket stands, for {@code x-ratelimit-*} headers.
 *
 * @param limit units per period, or slots
 * @param remaining what could be charged at once now
 * @param resetMillis until it is as if nothing had been charged; 0 for slots, which come back when requests end
 */
public record Standing(long limit, long remaining, long resetMillis) {}
