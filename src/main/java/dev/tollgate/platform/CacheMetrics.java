package dev.tollgate.platform;

import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.TierStatistics;
import dev.tollgate.cache.pg.PgEntries;
import dev.tollgate.cache.store.StoredTier;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** What the tiers of the cache are asked and hold; the only label is the tier. */
final class CacheMetrics {
    private final MeterRegistry registry;

    private CacheMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    static void watch(AnswerCache cache, CacheTiers tiers, MeterRegistry registry) {
        CacheMetrics metrics = new CacheMetrics(registry);
        List<TierStatistics> all = cache.statistics();
        for (int i = 0; i < all.size(); i++) {
            metrics.watch(cache, i, all.get(i).tier());
        }
        tiers.stored().forEach(metrics::watch);
        tiers.postgres().ifPresent(metrics::watch);
    }

    private void watch(AnswerCache cache, int at, String tier) {
        lookUps(cache, at, tier, "hit", TierStatistics::hits);
        lookUps(cache, at, tier, "miss", TierStatistics::misses);
        lookUps(cache, at, tier, "failure", TierStatistics::failures);
        FunctionTimer.builder(
                        "tollgate.cache.lookup",
                        cache,
                        all -> asked(all.statistics().get(at)),
                        all -> all.statistics().get(at).lookUpNanos(),
                        TimeUnit.NANOSECONDS)
                .description("Look-ups in a tier of the cache")
                .tag("tier", tier)
                .register(registry);
        Gauge.builder(
                        "tollgate.cache.bytes",
                        cache,
                        all -> all.statistics().get(at).holdings().bytes())
                .description("Bytes of answers in a tier of the cache; -1 where that is not known")
                .tag("tier", tier)
                .register(registry);
        Gauge.builder(
                        "tollgate.cache.answers",
                        cache,
                        all -> all.statistics().get(at).holdings().answers())
                .description("Answers in a tier of the cache; -1 where that is not known")
                .tag("tier", tier)
                .register(registry);
        FunctionCounter.builder(
                        "tollgate.cache.evictions",
                        cache,
                        all -> all.statistics().get(at).holdings().evictions())
                .description("Answers that had to go for others")
                .tag("tier", tier)
                .register(registry);
    }

    private static long asked(TierStatistics tier) {
        return tier.hits() + tier.misses() + tier.failures();
    }

    private void lookUps(AnswerCache cache, int at, String tier, String result, ToLongFunction<TierStatistics> count) {
        FunctionCounter.builder(
                        "tollgate.cache.lookups",
                        cache,
                        all -> count.applyAsLong(all.statistics().get(at)))
                .description("Look-ups in a tier of the cache by what came of them")
                .tags("tier", tier, "result", result)
                .register(registry);
    }

    private void watch(StoredTier tier) {
        counter(
                tier,
                "tollgate.cache.spared",
                "Look-ups that a tier was spared, being known not to have the key",
                StoredTier.Counts::spared);
        counter(
                tier,
                "tollgate.cache.crowded",
                "Look-ups that found nothing because too many were under way",
                StoredTier.Counts::crowded);
        counter(
                tier,
                "tollgate.cache.unreadable",
                "Entries that were damaged or foreign, and were removed",
                StoredTier.Counts::unreadable);
        counter(
                tier,
                "tollgate.cache.lost",
                "Answers that were not stored: no room to wait, or the store failed",
                StoredTier.Counts::lost);
        Gauge.builder(
                        "tollgate.cache.waiting.bytes",
                        tier,
                        each -> each.counts().waitingBytes())
                .description("Bytes of answers that wait to be stored")
                .tag("tier", tier.name())
                .register(registry);
        Gauge.builder("tollgate.cache.given.up", tier, each -> each.isGivenUp() ? 1 : 0)
                .description("1 while a tier is not asked, because it is slow or gone")
                .tag("tier", tier.name())
                .register(registry);
    }

    private void counter(StoredTier tier, String name, String description, ToLongFunction<StoredTier.Counts> count) {
        FunctionCounter.builder(name, tier, each -> count.applyAsLong(each.counts()))
                .description(description)
                .tag("tier", tier.name())
                .register(registry);
    }

    private void watch(PgEntries postgres) {
        Gauge.builder("tollgate.cache.filter.bytes", postgres, PgEntries::filterBytes)
                .description("Bytes of memory that the keys of answers in PostgreSQL take")
                .register(registry);
        FunctionCounter.builder("tollgate.cache.in.vain", postgres, PgEntries::inVain)
                .description("Look-ups in PostgreSQL for keys that were not there after all")
                .register(registry);
    }
}
