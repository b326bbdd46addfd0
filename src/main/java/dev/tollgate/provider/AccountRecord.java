package dev.tollgate.provider;

import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Account.Use;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An account as administration keeps it, without its credential.
 *
 * @param id {@code acc_…}
 * @param name for people
 * @param provider of {@code providers.json}
 * @param baseUrl null is the provider's own
 * @param azure null where the provider is not Azure
 * @param credential null where it has none
 * @param standIn whether other accounts are used while it can't be
 * @param disabled null where it is enabled
 * @param version grows with every change
 */
public record AccountRecord(
        String id,
        Owner owner,
        String name,
        String provider,
        @Nullable String baseUrl,
        @Nullable Azure azure,
        @Nullable CredentialNote credential,
        Use use,
        boolean standIn,
        @Nullable Disabled disabled,
        Instant createdAt,
        Instant updatedAt,
        long version) {

    /**
     * What Azure wants to know.
     *
     * @param apiVersion of the API with deployments in its paths; null is the v1 API
     * @param deployments models and the names of their deployments
     * @param entra null where the credential is an API key
     */
    public record Azure(
            @Nullable String apiVersion,
            Map<String, String> deployments,
            @Nullable EntraClient entra) {
        public Azure {
            deployments = Map.copyOf(deployments);
        }
    }

    /** An application of Microsoft Entra ID, whose secret the credential is. */
    public record EntraClient(String tenantId, String clientId) {}

    /**
     * What is told of a credential.
     *
     * @param last4 its last characters
     */
    public record CredentialNote(String last4, Instant setAt) {}

    /**
     * Since when, and why.
     *
     * @param refused whether it is because the provider refuses the credential, and not because its owner wants it
     */
    public record Disabled(String reason, Instant at, boolean refused) {}

    public boolean isEnabled() {
        return disabled == null;
    }

    /** Whether its owner has taken it out of use. */
    public boolean isUnwanted() {
        return disabled != null && !disabled.refused();
    }

    /** The client whose secret must be turned into tokens, or null. */
    public @Nullable EntraClient entra() {
        return azure == null ? null : azure.entra();
    }

    /**
     * The account as requests use it.
     *
     * @param secret its key, or the token that stands for it
     * @param outOfUse why it can't be used, or null
     * @throws IllegalArgumentException where its base URL is none
     */
    public Account account(Provider at, @Nullable String secret, @Nullable String outOfUse) {
        BaseUrl url = url(at);
        return new Account(
                id,
                provider,
                at.pricedAs(),
                url,
                style(at),
                secret,
                owner,
                use,
                isGuarded(at, url),
                outOfUse,
                /* simulated= */ false,
                /* callersKey= */ false);
    }

    /** Where it is found. */
    public BaseUrl url(Provider at) {
        if (baseUrl != null) {
            return at.baseUrl(baseUrl, isByDeployments());
        }
        if (at.baseUrl() == null) {
            throw new IllegalArgumentException("base URL: " + at.label() + " has none of its own");
        }
        return at.baseUrl();
    }

    /** What a tenant has said is checked; the places of providers that Tollgate itself knows are as good as they are. */
    private boolean isGuarded(Provider at, BaseUrl url) {
        return owner.organizationId() != null
                && (at.baseUrl() == null
                        || !at.needsCredential()
                        || !url.tls()
                        || !url.authority().equals(at.baseUrl().authority()));
    }

    private ApiStyle style(Provider at) {
        ApiStyle style = at.style();
        if (azure == null) {
            return style;
        }
        ApiStyle authorized = azure.entra() == null ? style : style.withBearer();
        return authorized.with(
                azure.apiVersion() == null ? null : new ApiStyle.Deployments(azure.apiVersion(), azure.deployments()));
    }

    private boolean isByDeployments() {
        return azure != null && azure.apiVersion() != null;
    }
}
