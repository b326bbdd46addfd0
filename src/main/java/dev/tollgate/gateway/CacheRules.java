package dev.tollgate.gateway;

import dev.tollgate.cache.CachePolicy;
import dev.tollgate.cache.CachePolicy.Requests;
import dev.tollgate.cache.CachePolicy.Sharing;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.settings.CachePreferences;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.settings.Setting;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says whose answers are shared, and which: what is set for the feature, in place of what holds for all. */
final class CacheRules {
    /** A larger request is not looked up, so that none holds an event loop up. */
    private static final int REQUEST_BYTES_MAX = 1 << 20;

    private final CachePolicy usual;
    private final List<Named> named;
    private final Map<String, String> pools;

    /** What holds for models and routes of these names. */
    record Named(NamePatterns names, CachePolicy policy) {}

    /** @param caching has a policy for some names, of which the first that fits holds */
    CacheRules(RequestPipeline.Caching caching) {
        this.usual = caching.policy();
        this.pools = Map.copyOf(caching.pools());
        this.named = caching.named().entrySet().stream()
                .map(each -> new Named(NamePatterns.of(List.of(each.getKey())), usual.of(each.getValue())))
                .toList();
    }

    /** What is set for the feature goes before what holds for the model or route, unless that is off. */
    CachePolicy policy(Exchange exchange) {
        EffectiveSettings settings = exchange.settings();
        CachePreferences own = settings == EffectiveSettings.NONE ? null : settings.get(Setting.CACHE);
        CachePolicy all = named.isEmpty() ? usual : ofName(ChooseAccount.model(exchange));
        return own == null || all.isOff() ? all : with(all, own);
    }

    private CachePolicy ofName(@Nullable String asked) {
        for (Named one : named) {
            if (asked != null && one.names.fit(asked)) {
                return one.policy;
            }
        }
        return usual;
    }

    private static CachePolicy with(CachePolicy usual, CachePreferences own) {
        if (own.reuse() == CachePreferences.Reuse.OFF) {
            return usual.of(Requests.NONE);
        }
        return new CachePolicy(
                own.requests() == null
                        ? usual.requests()
                        : Requests.valueOf(own.requests().name()),
                own.sharing() == null
                        ? usual.sharing()
                        : Sharing.valueOf(own.sharing().name()),
                own.ttlSeconds() == null ? usual.ttlSeconds() : own.ttlSeconds(),
                own.bytesMax() == null ? usual.bytesMax() : (int) Math.min(usual.bytesMax(), own.bytesMax()),
                usual.version() + (own.version() == null ? 0 : own.version()));
    }

    CacheScope scope(Exchange exchange, CachePolicy policy) {
        String organization = exchange.caller().organizationId();
        return policy.scope(organization, exchange.caller().clientId(), pools.get(organization));
    }

    /** Whether there may be answers to such requests, whatever the policy. */
    static boolean isLookedUp(Exchange exchange) {
        return switch (exchange.path().operation()) {
            case CHAT, COMPLETION, RESPONSE, EMBEDDING ->
                exchange.request().method() == HttpMethod.POST
                        && exchange.body().hasMeaning();
            default -> false;
        };
    }

    /**
     * Whether the answer may be given again to who asks the same: nothing acts for it, nothing that the request doesn't show
     * is part of it, and no key of the caller's own pays for it.
     */
    static boolean mayShare(Exchange exchange, CachePolicy policy) {
        RequestFacts facts = exchange.body().facts();
        return exchange.body().length() <= REQUEST_BYTES_MAX
                && exchange.broughtKey() == null
                && !facts.background()
                && facts.references().isEmpty()
                && !facts.work().unseen()
                && !facts.work().audioOutput()
                && facts.work().tools().isEmpty()
                && isMeant(exchange.path().operation(), facts, policy)
                && mayLeaveClient(exchange, policy);
    }

    private static boolean isMeant(Operation operation, RequestFacts facts, CachePolicy policy) {
        return switch (policy.requests()) {
            case NONE -> false;
            case DETERMINISTIC -> operation == Operation.EMBEDDING || (facts.repeatable() && !facts.tools());
            case ALL -> true;
        };
    }

    /** A response that the provider keeps can be gone on from by its organization alone. */
    private static boolean mayLeaveClient(Exchange exchange, CachePolicy policy) {
        return policy.sharing() != Sharing.POOL
                || exchange.path().operation() != Operation.RESPONSE
                || Boolean.FALSE.equals(exchange.body().facts().stored());
    }
}
