package dev.tollgate.cache;

import org.jspecify.annotations.Nullable;

/**
 * Which answers are kept, for whom and how long.
 *
 * @param requests whose answers may be shared
 * @param sharing who shares them
 * @param ttlSeconds how long they are
 * @param bytesMax the largest one
 * @param version of what is kept: with another one, nothing is found that was kept before
 */
public record CachePolicy(Requests requests, Sharing sharing, long ttlSeconds, int bytesMax, long version) {
    /** Which requests may be given an answer again; each includes those before it. */
    public enum Requests {
        NONE,
        /** Those whose answer is meant to be always the same, and that offer no tools. */
        DETERMINISTIC,
        /** All whose answer does nothing but tell. */
        ALL
    }

    /** Who shares answers; each is wider than the one before it. */
    public enum Sharing {
        CLIENT,
        ORGANIZATION,
        /** The organizations of a pool, for those that are in one. */
        POOL
    }

    /** The same of other requests. */
    public CachePolicy of(Requests others) {
        return new CachePolicy(others, sharing, ttlSeconds, bytesMax, version);
    }

    public boolean isOff() {
        return requests == Requests.NONE;
    }

    /** Who shares the answers of a caller. */
    public CacheScope scope(String organizationId, @Nullable String clientId, @Nullable String pool) {
        return switch (sharing) {
            case CLIENT -> CacheScope.ofClient(organizationId, clientId);
            case ORGANIZATION -> CacheScope.ofOrganization(organizationId);
            case POOL -> pool == null ? CacheScope.ofOrganization(organizationId) : CacheScope.ofPool(pool);
        };
    }
}
