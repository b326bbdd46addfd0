package dev.tollgate.platform;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.ProviderCatalog;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The provider accounts that the environment gives: {@code <PROVIDER>_API_KEY} and {@code <PROVIDER>_BASE_URL}. */
final class Providers {
    private static final String API_KEY = "_API_KEY";
    private static final String BASE_URL = "_BASE_URL";

    private Providers() {}

    /**
     * The accounts of the environment, owned by an organization or, where it is null, shared by all. A key alone is not
     * enough where the provider is found at a place of each customer's own.
     */
    static List<Account> accounts(
            ProviderCatalog catalog, Map<String, String> environment, @Nullable String organizationId) {
        List<Account> accounts = new ArrayList<>();
        for (Provider provider : catalog.all()) {
            String key = value(environment, provider.variable() + API_KEY);
            String url = value(environment, provider.variable() + BASE_URL);
            if (url != null || (key != null && provider.baseUrl() != null)) {
                accounts.add(new Account(
                        provider.name(),
                        provider.name(),
                        provider.pricedAs(),
                        baseUrl(provider, url),
                        provider.style(),
                        key,
                        new Account.Owner(organizationId, null),
                        Account.Use.ALL,
                        /* guarded= */ false,
                        /* outOfUse= */ null,
                        /* simulated= */ false,
                        /* callersKey= */ false));
            }
        }
        return accounts;
    }

    private static BaseUrl baseUrl(Provider provider, @Nullable String text) {
        try {
            return text == null
                    ? Objects.requireNonNull(provider.baseUrl())
                    : provider.baseUrl(text, /* byDeployments= */ false);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(provider.variable() + BASE_URL + ": " + e.getMessage());
        }
    }

    /**
     * People export {@code OPENAI_BASE_URL} for their application, where it points at Tollgate; a Tollgate started from
     * the same shell would call itself.
     */
    static void refuseSelf(ProviderCatalog catalog, List<Account> accounts, int port) {
        for (Account account : accounts) {
            BaseUrl url = account.baseUrl();
            if (url.port() == port && isThisMachine(url.host())) {
                String variable = catalog.find(account.provider()).orElseThrow().variable() + BASE_URL;
                throw new StartFailure(
                        variable + " is " + url + ", which is Tollgate itself, so that every request would"
                                + " come back to it. Unset " + variable
                                + " where Tollgate starts (it is meant for your application), or point it at the provider.");
            }
        }
    }

    private static boolean isThisMachine(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        boolean literal = host.startsWith("[") || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
        try {
            InetAddress address = literal ? InetAddress.getByName(host) : null;
            return address != null && (address.isLoopbackAddress() || address.isAnyLocalAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
