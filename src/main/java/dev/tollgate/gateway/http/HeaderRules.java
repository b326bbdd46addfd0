package dev.tollgate.gateway.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which headers go on, in both directions; names are compared without case. */
public final class HeaderRules {
    /** Between two neighbours only (RFC 9110, section 7.6.1), or made anew for the next hop. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings");

    /** The caller's credentials, what is made anew, and where the caller sits. */
    private static final Set<String> NOT_TO_PROVIDERS = Set.of(
            "authorization",
            "x-api-key",
            "api-key",
            "cookie",
            "host",
            "content-length",
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

    /** These choose among what the account's owner has at the provider. */
    private static final Set<String> OWNERS_CHOICE = Set.of("openai-organization", "openai-project");

    private static final Set<String> NOT_TO_CALLERS = Set.of("content-length", "set-cookie", "alt-svc", "x-request-id");

    /** These tell of the account, which its sharers need not know. */
    private static final Set<String> ABOUT_THE_ACCOUNT = Set.of("openai-organization", "openai-project");

    private static final String OWN_PREFIX = "x-tollgate-";
    private static final String RATE_LIMIT_PREFIX = "x-ratelimit-";

    private HeaderRules() {}

    /** Adds to {@code to} what of a request's headers goes to the provider. */
    public static void toProvider(MultiMap from, MultiMap to, boolean sharedAccount) {
        String named = from.get(HttpHeaders.CONNECTION);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean stays = HOP_BY_HOP.contains(name)
                    || NOT_TO_PROVIDERS.contains(name)
                    || name.startsWith(OWN_PREFIX)
                    || (sharedAccount && OWNERS_CHOICE.contains(name))
                    || isNamedBy(named, name);
            if (!stays) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** Adds to {@code to} what of a provider's headers goes to the caller. */
    public static void toCaller(MultiMap from, MultiMap to, boolean sharedAccount) {
        String named = from.get(HttpHeaders.CONNECTION);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            boolean stays = HOP_BY_HOP.contains(name)
                    || NOT_TO_CALLERS.contains(name)
                    || name.startsWith(OWN_PREFIX)
                    || (sharedAccount && (ABOUT_THE_ACCOUNT.contains(name) || name.startsWith(RATE_LIMIT_PREFIX)))
                    || isNamedBy(named, name);
            if (!stays) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }

    /** Whether the {@code Connection} header declares the other one to be between neighbours. */
    private static boolean isNamedBy(@Nullable String connection, String name) {
        if (connection == null || connection.equalsIgnoreCase("keep-alive") || connection.equalsIgnoreCase("close")) {
            return false;
        }
        for (String token : connection.split(",")) {
            if (token.strip().equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }
}
