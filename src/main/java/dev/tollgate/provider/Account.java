package dev.tollgate.provider;

import org.jspecify.annotations.Nullable;

/**
 * Credentials at a provider.
 *
 * @param id its name in the ledger, such as {@code openai}
 * @param provider the provider by which prices are looked up
 * @param credential the secret that is sent as a bearer token, or null where the provider asks for none
 * @param organizationId the one organization that may use it, or null when the platform shares it among all
 * @param simulated whether no real provider stands behind it
 * @param callersKey whether the credential is one that a caller brought, for one request
 */
public record Account(
        String id,
        String provider,
        BaseUrl baseUrl,
        @Nullable String credential,
        @Nullable String organizationId,
        boolean simulated,
        boolean callersKey) {

    /** An account that is set up. */
    public Account(
            String id,
            String provider,
            BaseUrl baseUrl,
            @Nullable String credential,
            @Nullable String organizationId,
            boolean simulated) {
        this(id, provider, baseUrl, credential, organizationId, simulated, /* callersKey= */ false);
    }

    /** The same place with a caller's own key, for one request of that organization. */
    public Account withCallersKey(String key, String callersOrganizationId) {
        return new Account(
                id + "/caller", provider, baseUrl, key, callersOrganizationId, simulated, /* callersKey= */ true);
    }

    /** Who pays the provider, as entries say it: {@code platform}, {@code organization} or {@code client}. */
    public String payer() {
        if (callersKey) {
            return "client";
        }
        return isShared() ? "platform" : "organization";
    }

    public boolean isShared() {
        return organizationId == null;
    }

    public boolean isOpenTo(String callersOrganizationId) {
        return organizationId == null || organizationId.equals(callersOrganizationId);
    }

    /** Without the credential, which reaches no log. */
    @Override
    public String toString() {
        return "Account[" + id + " at " + baseUrl + "]";
    }
}
