package dev.tollgate.limits.rate;

/**
 * One thing that is limited.
 *
 * @param key names it, the same in all replicas and for as long as it is limited: {@code lim_abc:org_1}
 * @param kind what its limit is; a key keeps its kind, while the figures may change
 */
public record Bucket(String key, Kind kind) {

    /** How a bucket is limited. */
    public sealed interface Kind permits Rate, Concurrency {}

    public Bucket {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("key: empty (expected: a name)");
        }
    }
}
