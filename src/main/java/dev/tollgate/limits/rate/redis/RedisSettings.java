package dev.tollgate.limits.rate.redis;

/**
 * How buckets are kept in Redis.
 *
 * @param prefix of all keys; the part in braces is what a cluster chooses the node by, so that all buckets of a request
 *     are on one
 * @param leaseMillis after which the slots of a replica that has died are free
 * @param renewMillis how often a living replica renews its slots; a third of the lease or less
 */
public record RedisSettings(String prefix, long leaseMillis, long renewMillis) {
    public static final RedisSettings DEFAULT = new RedisSettings("{tollgate}:rate:", 8_000, 2_000);

    public RedisSettings {
        if (renewMillis < 1 || renewMillis > leaseMillis / 3) {
            throw new IllegalArgumentException(
                    "renewMillis: " + renewMillis + " (expected: 1.." + leaseMillis / 3 + ", a third of the lease)");
        }
    }
}
