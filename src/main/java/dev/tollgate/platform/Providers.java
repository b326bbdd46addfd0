package dev.tollgate.platform;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.BaseUrl;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The provider accounts that the environment gives: {@code <PROVIDER>_API_KEY} and {@code <PROVIDER>_BASE_URL}. */
final class Providers {
    /** Providers that speak OpenAI's dialect, in the order in which they are preferred, and where they are found. */
    private static final List<Known> KNOWN = List.of(
            new Known("openai", "https://api.openai.com/v1"),
            new Known("mistral", "https://api.mistral.ai/v1"),
            new Known("deepseek", "https://api.deepseek.com/v1"),
            new Known("xai", "https://api.x.ai/v1"),
            new Known("groq", "https://api.groq.com/openai/v1"),
            new Known("cerebras", "https://api.cerebras.ai/v1"),
            new Known("openrouter", "https://openrouter.ai/api/v1"),
            new Known("together", "https://api.together.xyz/v1"),
            new Known("fireworks", "https://api.fireworks.ai/inference/v1"));

    private record Known(String name, String baseUrl) {
        String variable(String suffix) {
            return name.toUpperCase(Locale.ROOT) + suffix;
        }
    }

    private Providers() {}

    /** The accounts of the environment, owned by an organization or, where it is null, shared by all. */
    static List<Account> accounts(Map<String, String> environment, @Nullable String organizationId) {
        List<Account> accounts = new ArrayList<>();
        for (Known known : KNOWN) {
            String key = value(environment, known.variable("_API_KEY"));
            String url = value(environment, known.variable("_BASE_URL"));
            if (key != null || url != null) {
                BaseUrl baseUrl = baseUrl(known.variable("_BASE_URL"), url == null ? known.baseUrl : url);
                accounts.add(new Account(known.name, known.name, baseUrl, key, organizationId, /* simulated= */ false));
            }
        }
        return accounts;
    }

    /**
     * People export {@code OPENAI_BASE_URL} for their application, where it points at Tollgate; a Tollgate started from
     * the same shell would call itself.
     */
    static void refuseSelf(List<Account> accounts, int port) {
        for (Account account : accounts) {
            BaseUrl url = account.baseUrl();
            if (url.port() == port && isThisMachine(url.host())) {
                String variable = account.provider().toUpperCase(Locale.ROOT) + "_BASE_URL";
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

    private static BaseUrl baseUrl(String variable, String text) {
        try {
            return BaseUrl.parse(text);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(variable + ": " + e.getMessage());
        }
    }

    private static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
