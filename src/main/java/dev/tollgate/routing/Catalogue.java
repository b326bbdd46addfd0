package dev.tollgate.routing;

import org.jspecify.annotations.Nullable;

/** What there is for routes to name. */
public interface Catalogue {
    boolean hasProvider(String provider);

    /**
     * Whether there is a price for a model.
     *
     * @param provider of this provider; null for any
     */
    boolean hasPrice(@Nullable String provider, String model);

    boolean hasTier(String tier);

    /** Whether there is an account of that id, at that provider; null for any. */
    boolean hasAccount(String id, @Nullable String provider);

    /** Whether an account has that region, at that provider; null for any. */
    boolean hasRegion(String region, @Nullable String provider);
}
