package dev.tollgate.limits;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rules look at of a request.
 *
 * @param tier the organization's tier, or the one that holds where it has none that is known
 * @param endUser who used the application, as the ledger names them, or null
 * @param model as the caller named it, or null
 */
public record Traits(
        String organizationId,
        @Nullable String clientId,
        String keyId,
        @Nullable String tier,
        @Nullable String feature,
        @Nullable String endUser,
        @Nullable String model,
        Map<String, String> tags) {}
