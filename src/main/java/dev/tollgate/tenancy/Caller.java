package dev.tollgate.tenancy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a request, resolved once from its key. What is bound here beats any header of the request.
 *
 * @param organizationId the paying organization: {@code org_…}
 * @param clientId the customer or project of the organization that the key is bound to, {@code cli_…}, or null
 * @param keyId the key that was shown: {@code key_…}
 * @param feature the use of AI inside an application that the key is bound to, or null
 * @param tier the organization's bundle of limits and defaults, or null where it has none
 * @param tags the organization's, the client's and the key's, of which the narrower one wins
 * @param models the models that the organization, the client and the key all allow
 * @param mayBringKey whether requests may go over a provider key of the caller's own
 */
public record Caller(
        String organizationId,
        @Nullable String clientId,
        String keyId,
        @Nullable String feature,
        @Nullable String tier,
        Map<String, String> tags,
        AllowedModels models,
        boolean mayBringKey) {

    public Caller {
        tags = Map.copyOf(tags);
    }

    /** A caller of whom nothing but the key is bound or restricted. */
    public static Caller of(String organizationId, String keyId) {
        return new Caller(organizationId, null, keyId, null, null, Map.of(), AllowedModels.ALL, false);
    }
}
