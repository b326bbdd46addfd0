package dev.tollgate.limits;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What rules look at of a request.
 *
 * @param tier the organization's tier, or the one that holds where it has none that is known
 * @param endUser who used the application, as the ledger names them, or null
 * @param model as the caller named it, or null
 * @param organizationSettings which of the organization's settings hold: those of the feature, {@link Scope#UNNAMED}, or
 *     null for none
 * @param clientSettings which of the client's
 */
public record Traits(
        String organizationId,
        @Nullable String clientId,
        String keyId,
        @Nullable String tier,
        @Nullable String feature,
        @Nullable String endUser,
        @Nullable String model,
        Map<String, String> tags,
        @Nullable String organizationSettings,
        @Nullable String clientSettings) {

    /** Those of a request for which nothing is set. */
    public Traits(
            String organizationId,
            @Nullable String clientId,
            String keyId,
            @Nullable String tier,
            @Nullable String feature,
            @Nullable String endUser,
            @Nullable String model,
            Map<String, String> tags) {
        this(organizationId, clientId, keyId, tier, feature, endUser, model, tags, null, null);
    }

    /** The model without the provider that may be named before it: {@code gpt-4o} of {@code openai/gpt-4o}. */
    public @Nullable String plainModel() {
        return model == null ? null : model.substring(model.indexOf('/') + 1);
    }

    /** The same request by the name of the model that it runs, where that is another one. */
    public Traits running(String other) {
        return new Traits(
                organizationId,
                clientId,
                keyId,
                tier,
                feature,
                endUser,
                other,
                tags,
                organizationSettings,
                clientSettings);
    }
}
