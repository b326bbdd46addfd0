package dev.tollgate.platform;

import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.CachePolicy;
import dev.tollgate.cache.CachePolicy.Requests;
import dev.tollgate.cache.CachePolicy.Sharing;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.memory.MemoryTier;
import dev.tollgate.cache.pg.CacheNews;
import dev.tollgate.cache.pg.PgCacheUse;
import dev.tollgate.cache.warming.Warmings;
import dev.tollgate.gateway.RequestPipeline;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** Answers that are given again, as the settings want it. */
final class CachingBeans {
    @Produces
    @Singleton
    AnswerCache answers(TollgateConfig config, CacheTiers tiers, InstantSource clock, MeterRegistry metrics) {
        MemoryTier memory = config.cacheMemoryBytes() > 0
                ? new MemoryTier(config.cacheMemoryBytes(), clock, System::nanoTime)
                : null;
        AnswerCache answers = tiers.beneath(memory);
        CacheMetrics.watch(answers, tiers, metrics);
        return answers;
    }

    @Produces
    @Singleton
    CacheNews news(CacheTiers tiers) {
        return tiers.news();
    }

    @Produces
    @Singleton
    Warmings warmings() {
        return new Warmings();
    }

    @Produces
    @Singleton
    PgCacheUse use(Pool pool) {
        return new PgCacheUse(pool);
    }

    @Produces
    @Singleton
    RequestPipeline.Caching caching(TollgateConfig config, AnswerCache answers) {
        boolean isOn = config.cache() != TollgateConfig.CachedRequests.OFF && !answers.isEmpty();
        return new RequestPipeline.Caching(
                isOn ? answers : null, policy(config), named(config), pools(config), config.cachePace());
    }

    private static CachePolicy policy(TollgateConfig config) {
        return new CachePolicy(
                requests(config.cache()),
                Sharing.valueOf(config.cacheSharing().name()),
                config.cacheTtl().toSeconds(),
                config.cacheAnswerBytesMax(),
                config.cacheVersion());
    }

    private static Requests requests(TollgateConfig.CachedRequests which) {
        return switch (which) {
            case OFF -> Requests.NONE;
            case DETERMINISTIC -> Requests.DETERMINISTIC;
            case ALL -> Requests.ALL;
        };
    }

    /** Which requests, for some models and routes. */
    private static SequencedMap<String, Requests> named(TollgateConfig config) {
        SequencedMap<String, Requests> named = new LinkedHashMap<>();
        for (String one : config.cacheRoutes().orElse("").split(",")) {
            int colon = one.lastIndexOf(':');
            if (one.isBlank()) {
                continue;
            }
            try {
                String which = one.substring(colon + 1).strip().toUpperCase(Locale.ROOT);
                named.put(
                        one.substring(0, Math.max(0, colon)).strip(),
                        requests(TollgateConfig.CachedRequests.valueOf(which)));
            } catch (IllegalArgumentException e) {
                throw new StartFailure("TOLLGATE_CACHE_ROUTES: " + one.strip()
                        + " (expected: the name of a model or route, a colon and off, deterministic or all)");
            }
        }
        return named;
    }

    /** The pool of each organization that is in one. */
    private static Map<String, String> pools(TollgateConfig config) {
        Map<String, String> pools = new HashMap<>();
        for (String member : config.cachePools().orElse("").split(",")) {
            int colon = member.indexOf(':');
            if (member.isBlank()) {
                continue;
            }
            String pool = colon < 0 ? "" : member.substring(0, colon).strip();
            String organization = member.substring(colon + 1).strip();
            if (!isPool(pool) || pools.put(organization, pool) != null) {
                throw new StartFailure("TOLLGATE_CACHE_POOLS: " + member.strip()
                        + " (expected: the name of a pool, a colon and an organization that is in no other, such as"
                        + " faq:org_1,faq:org_2)");
            }
        }
        return pools;
    }

    private static boolean isPool(String name) {
        try {
            CacheScope.ofPool(name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
