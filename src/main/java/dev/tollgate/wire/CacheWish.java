package dev.tollgate.wire;

import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of the cache for one request.
 *
 * @param mayFind whether an answer may come from the cache
 * @param mayKeep whether the answer may be kept
 * @param onlyFound whether no provider is to be asked
 * @param maxAgeSeconds how old an answer may be, or -1 for any age
 * @param ttlSeconds how long the answer may be kept, or -1 where the caller doesn't say
 * @param namespace keeps its answers apart from others, or null
 */
public record CacheWish(
        boolean mayFind,
        boolean mayKeep,
        boolean onlyFound,
        long maxAgeSeconds,
        long ttlSeconds,
        @Nullable String namespace) {

    /** Whatever the policy says. */
    public static final CacheWish ANY = new CacheWish(true, true, false, -1, -1, null);

    /** Nothing at all. */
    public static final CacheWish BYPASS = new CacheWish(false, false, false, -1, -1, null);

    /** What is within both. */
    public CacheWish and(CacheWish other) {
        if (this == ANY || other == ANY) {
            return this == ANY ? other : this;
        }
        return new CacheWish(
                mayFind && other.mayFind,
                mayKeep && other.mayKeep,
                onlyFound || other.onlyFound,
                least(maxAgeSeconds, other.maxAgeSeconds),
                least(ttlSeconds, other.ttlSeconds),
                namespace != null ? namespace : other.namespace);
    }

    /** Whether it wants nothing of the cache. */
    public boolean isBypass() {
        return !mayFind && !mayKeep && !onlyFound;
    }

    /** Whether an answer of that age will do. */
    public boolean accepts(long ageSeconds) {
        return maxAgeSeconds < 0 || ageSeconds <= maxAgeSeconds;
    }

    private static long least(long a, long b) {
        return a < 0 ? b : b < 0 ? a : Math.min(a, b);
    }
}
