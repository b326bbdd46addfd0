package dev.tollgate.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Credentials at a provider, and how they are used.
 *
 * @param id its name in the ledger: {@code acc_…}, or, of the environment, its provider's name
 * @param provider the provider that callers name: {@code openai}
 * @param pricedAs the provider by whose prices it is priced, mostly the same
 * @param style how the provider is asked
 * @param credential the secret that is sent, or null where the provider asks for none
 * @param owner who may use it, and pays
 * @param use which requests it is for
 * @param guarded whether a tenant has said where it is found, so that only checked addresses are connected to
 * @param simulated whether no real provider stands behind it
 * @param outOfUse why it can't be used, though its owner wants no other one used in its place; null where it can
 * @param callersKey whether the credential is one that a caller brought, for one request
 */
public record Account(
        String id,
        String provider,
        String pricedAs,
        BaseUrl baseUrl,
        ApiStyle style,
        @Nullable String credential,
        Owner owner,
        Use use,
        boolean guarded,
        @Nullable String outOfUse,
        boolean simulated,
        boolean callersKey) {
    private static final String CALLER = "/caller";

    /**
     * Whose an account is: the platform's, an organization's or one of its clients'.
     *
     * @param organizationId null is the platform, which shares it among all
     * @param clientId null is the organization itself, all of whose clients may use it
     */
    public record Owner(
            @Nullable String organizationId, @Nullable String clientId) {
        public static final Owner PLATFORM = new Owner(null, null);

        public Owner {
            if (organizationId == null && clientId != null) {
                throw new IllegalArgumentException("client " + clientId + " of no organization");
            }
        }
    }

    /**
     * Which requests an account is for.
     *
     * @param weight its share, 1 to 1,000, of the requests that accounts of one owner at one provider have among them
     * @param regions where the provider runs it, as it calls them
     */
    public record Use(int weight, ServedModels models, List<String> regions) {
        public static final int WEIGHT_MAX = 1_000;
        public static final Use ALL = new Use(100, ServedModels.ALL, List.of());

        public Use {
            regions = List.copyOf(regions);
        }
    }

    /** An account at a provider that is asked in OpenAI's own way. */
    public Account(
            String id,
            String provider,
            BaseUrl baseUrl,
            @Nullable String credential,
            @Nullable String organizationId,
            boolean simulated) {
        this(
                id,
                provider,
                provider,
                baseUrl,
                ApiStyle.OPENAI,
                credential,
                new Owner(organizationId, null),
                Use.ALL,
                /* guarded= */ false,
                /* outOfUse= */ null,
                simulated,
                /* callersKey= */ false);
    }

    /** The same place with a caller's own key, for one request of that organization. */
    public Account withCallersKey(String key, String callersOrganizationId) {
        return new Account(
                id + CALLER,
                provider,
                pricedAs,
                baseUrl,
                style,
                key,
                new Owner(callersOrganizationId, null),
                use,
                guarded,
                outOfUse,
                simulated,
                /* callersKey= */ true);
    }

    /** Whether it is the place of another account with a key that a caller brought. */
    boolean isWithCallersKeyAt(Account other) {
        return callersKey && id.length() == other.id.length() + CALLER.length() && id.startsWith(other.id);
    }

    /** Who pays the provider, as entries say it: {@code platform}, {@code organization} or {@code client}. */
    public String payer() {
        if (callersKey || owner.clientId() != null) {
            return "client";
        }
        return isShared() ? "platform" : "organization";
    }

    /** Whether organizations use it together. */
    public boolean isShared() {
        return owner.organizationId() == null;
    }

    /** Its region, where it has one. */
    public @Nullable String region() {
        return use.regions().size() == 1 ? use.regions().getFirst() : null;
    }

    /** Whether callers name it so, in a header or before a model: by its provider or its id. */
    boolean isCalled(String name) {
        return provider.equals(name) || id.equals(name);
    }

    /** Without the credential, which reaches no log. */
    @Override
    public String toString() {
        return "Account[" + id + " at " + baseUrl + "]";
    }
}
