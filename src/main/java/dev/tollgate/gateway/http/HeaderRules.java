package dev.tollgate.gateway.http;

import static io.vertx.core.http.HttpHeaders.CONNECTION;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.CharSequenceMap;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    private static final CharSequenceMap<Rule> RULES = rules();

    private static final String OWN_PREFIX = "x-tollgate-";
    private static final String RATE_LIMIT_PREFIX = "x-ratelimit-";

    private HeaderRules() {}

    /** Adds to {@code to} what of a request's headers goes to the provider. */
    public static void toProvider(MultiMap from, MultiMap to, boolean sharedAccount) {
        relay(
                from,
                to,
                (name, rule) -> rule == Rule.NOT_TO_PROVIDERS || (rule == Rule.OF_THE_ACCOUNT && sharedAccount));
    }

    /** Adds to {@code to} what of a provider's headers goes to the caller. */
    public static void toCaller(MultiMap from, MultiMap to, boolean sharedAccount) {
        relay(
                from,
                to,
                (name, rule) -> rule == Rule.NOT_TO_CALLERS
                        || (sharedAccount && (rule == Rule.OF_THE_ACCOUNT || startsWith(name, RATE_LIMIT_PREFIX))));
    }

    /** Whether a header stays behind in one direction. */
    @FunctionalInterface
    private interface Filter {
        boolean keepsBack(CharSequence name, @Nullable Rule rule);
    }

    /** Names are left as they were parsed, with their hash and as bytes, so that none is made into a string. */
    private static void relay(MultiMap from, MultiMap to, Filter filter) {
        List<String> named = namedByConnection(from);
        if (from instanceof HttpHeaders headers) {
            Iterator<Map.Entry<CharSequence, CharSequence>> each = headers.iteratorCharSequence();
            while (each.hasNext()) {
                Map.Entry<CharSequence, CharSequence> header = each.next();
                if (goesOn(header.getKey(), named, filter)) {
                    to.add(header.getKey(), header.getValue());
                }
            }
        } else { // HTTP/2
            for (Map.Entry<String, String> header : from) {
                if (goesOn(header.getKey(), named, filter)) {
                    to.add(header.getKey(), header.getValue());
                }
            }
        }
    }

    private static boolean goesOn(CharSequence name, List<String> named, Filter filter) {
        Rule rule = RULES.get(name);
        return rule != Rule.STAYS
                && !startsWith(name, OWN_PREFIX)
                && !filter.keepsBack(name, rule)
                && (named.isEmpty() || !isAmong(named, name));
    }

    private static boolean startsWith(CharSequence name, String prefix) {
        return AsciiString.regionMatches(name, /* ignoreCase= */ true, 0, prefix, 0, prefix.length());
    }

    private static boolean isAmong(List<String> names, CharSequence name) {
        for (String one : names) {
            if (AsciiString.contentEqualsIgnoreCase(one, name)) {
                return true;
            }
        }
        return false;
    }

    /** The headers that the {@code Connection} headers declare to be between neighbours. */
    private static List<String> namedByConnection(MultiMap headers) {
        if (!headers.contains(CONNECTION)) {
            return List.of();
        }
        List<String> named = new ArrayList<>(2);
        for (String connection : headers.getAll(CONNECTION)) {
            for (String name : connection.split(",")) {
                named.add(name.strip());
            }
        }
        return named;
    }

    private static CharSequenceMap<Rule> rules() {
        CharSequenceMap<Rule> rules = new CharSequenceMap<>(/* caseSensitive= */ false);
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

    private static void add(CharSequenceMap<Rule> rules, Rule rule, String... names) {
        for (String name : names) {
            rules.add(name, rule);
        }
    }
}
