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
 */
public record Account(
        String id,
        String provider,
        BaseUrl baseUrl,
        @Nullable String credential,
        @Nullable String organizationId,
        boolean simulated) {

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
