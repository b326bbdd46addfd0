package dev.tollgate.gateway.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which headers go on, in both directions; names are compared without case. */
public final class HeaderRules {
    private enum Rule {
        /** Between two neighbours only (RFC 9110, section 7.6.1), or made anew for the next hop. */
        STAYS,
        /** The caller's credentials, what is made anew, and where the caller sits. */
        NOT_TO_PROVIDERS,
        /** Made anew, or between the provider and its client alone. */
        NOT_TO_CALLERS,
        /** Chooses among what the account's owner has at the provider, or tells of it: not where it is shared. */
        OF_THE_ACCOUNT
    }

    private static final Map<String, Rule> RULES = rules();

    private static final String OWN_PREFIX = "x-tollgate-";
    private static final String RATE_LIMIT_PREFIX = "x-ratelimit-";

    private HeaderRules() {}

    /** Adds to {@code to} what of a request's headers goes to the provider. */
    public static void toProvider(MultiMap from, MultiMap to, boolean sharedAccount) {
        List<String> named = namedByConnection(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            Rule rule = RULES.get(name);
            boolean stays = rule == Rule.STAYS
                    || rule == Rule.NOT_TO_PROVIDERS
                    || (rule == Rule.OF_THE_ACCOUNT && sharedAccount)
                    || name.startsWith(OWN_PREFIX)
                    || named.contains(name);
            if (!stays) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** Adds to {@code to} what of a provider's headers goes to the caller. */
    public static void toCaller(MultiMap from, MultiMap to, boolean sharedAccount) {
        List<String> named = namedByConnection(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            Rule rule = RULES.get(name);
            boolean stays = rule == Rule.STAYS
                    || rule == Rule.NOT_TO_CALLERS
                    || (sharedAccount && (rule == Rule.OF_THE_ACCOUNT || name.startsWith(RATE_LIMIT_PREFIX)))
                    || name.startsWith(OWN_PREFIX)
                    || named.contains(name);
            if (!stays) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** The headers that the {@code Connection} headers declare to be between neighbours. */
    private static List<String> namedByConnection(MultiMap headers) {
        String first = headers.get(HttpHeaders.CONNECTION);
        if (first == null) {
            return List.of();
        }
        List<String> named = new ArrayList<>(2);
        for (String connection : headers.getAll(HttpHeaders.CONNECTION)) {
            for (String name : connection.split(",")) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return named;
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        add(
                rules,
                Rule.STAYS,
                "connection",
                "content-length",
                "keep-alive",
                "proxy-authenticate",
                "proxy-authorization",
                "proxy-connection",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade",
                "http2-settings");
        add(
                rules,
                Rule.NOT_TO_PROVIDERS,
                "authorization",
                "x-api-key",
                "api-key",
                "cookie",
                "host",
                "content-encoding",
                "accept-encoding",
                "expect",
                "forwarded",
                "via",
                "x-forwarded-for",
                "x-forwarded-host",
                "x-forwarded-port",
                "x-forwarded-proto",
                "x-real-ip");
        add(rules, Rule.NOT_TO_CALLERS, "set-cookie", "alt-svc", "x-request-id");
        add(rules, Rule.OF_THE_ACCOUNT, "openai-organization", "openai-project");
        return rules;
    }

    private static void add(Map<String, Rule> rules, Rule rule, String... names) {
        for (String name : names) {
            rules.put(name, rule);
        }
    }
}
