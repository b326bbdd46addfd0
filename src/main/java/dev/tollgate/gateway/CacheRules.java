package dev.tollgate.gateway;

import dev.tollgate.cache.CachePolicy;
import dev.tollgate.cache.CachePolicy.Requests;
import dev.tollgate.cache.CachePolicy.Sharing;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.settings.CachePreferences;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.settings.Setting;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.http.HttpMethod;
import java.util.Map;

/** Says whose answers are shared, and which: what is set for the feature, in place of what holds for all. */
final class CacheRules {
    /** A larger request is not looked up, so that none holds an event loop up. */
    private static final int REQUEST_BYTES_MAX = 1 << 20;

    private final CachePolicy usual;
    private final Map<String, String> pools;

    /** @param pools the pool of each organization that has joined one */
    CacheRules(CachePolicy usual, Map<String, String> pools) {
        this.usual = usual;
        this.pools = Map.copyOf(pools);
    }

    CachePolicy policy(Exchange exchange) {
        EffectiveSettings settings = exchange.settings();
        CachePreferences own = settings == EffectiveSettings.NONE ? null : settings.get(Setting.CACHE);
        return own == null || usual.isOff() ? usual : with(own);
    }

    private CachePolicy with(CachePreferences own) {
        if (own.reuse() == CachePreferences.Reuse.OFF) {
            return usual.off();
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
