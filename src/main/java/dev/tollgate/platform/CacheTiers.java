package dev.tollgate.platform;

import com.google.crypto.tink.Aead;
import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier;
import dev.tollgate.cache.Drops;
import dev.tollgate.cache.Timer;
import dev.tollgate.cache.pg.CacheNews;
import dev.tollgate.cache.pg.PgCacheKey;
import dev.tollgate.cache.pg.PgCacheUpkeep;
import dev.tollgate.cache.pg.PgEntries;
import dev.tollgate.cache.pg.StoredKeys;
import dev.tollgate.cache.redis.RedisEntries;
import dev.tollgate.cache.store.EntryCodec;
import dev.tollgate.cache.store.EntryStore;
import dev.tollgate.cache.store.StoredTier;
import dev.tollgate.cache.store.StoredTierSettings;
import dev.tollgate.feed.pg.WakeUp;
import dev.tollgate.vault.Vault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The tiers of the cache outside of memory, by setting, and what all replicas hear of them: what is stored and what was
 * dropped. None of them has to be there.
 */
@Singleton
final class CacheTiers {
    private static final Logger LOG = Logger.getLogger(CacheTiers.class);
    private static final long POLL_MILLIS = 500;
    private static final long UPKEEP_MILLIS = 60_000;
    private static final long KEY_MILLIS = 5_000;
    private static final int ENTRY_BYTES_MAX = 64 * 1024 * 1024;
    private static final long QUEUE_BYTES_MAX = 32L * 1024 * 1024;

    /** They share the connections to PostgreSQL with all else. */
    private static final int ASKING_POSTGRES_MAX = 32;

    private static final int ASKING_REDIS_MAX = 1_000;

    private final TollgateConfig config;
    private final Vertx vertx;
    private final Vault vault;
    private final InstantSource clock;
    private final PgCacheKey sealingKey;
    private final Drops drops = new Drops();
    private final CacheNews news;
    private final WakeUp wakeUp;
    private final @Nullable PgEntries postgres;
    private final @Nullable PgCacheUpkeep upkeep;
    private final @Nullable RedisEntries redis;
    private final List<StoredTier> tiers = new ArrayList<>();
    private volatile @Nullable EntryCodec codec;
    private volatile @Nullable CacheTier memory;
    private Future<?> upkeeping = Future.succeededFuture();
    private boolean complained;
    private volatile boolean stopped;

    CacheTiers(
            TollgateConfig config,
            Vertx vertx,
            Pool pool,
            Instance<Redis> redisClient,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<String> redisHosts,
            Vault vault,
            RandomGenerator random,
            InstantSource clock) {
        this.config = config;
        this.vertx = vertx;
        this.vault = vault;
        this.clock = clock;
        this.sealingKey = new PgCacheKey(vertx, pool, vault, random);
        this.codec = config.cacheEncrypted() ? null : new EntryCodec(null, ENTRY_BYTES_MAX);
        Timer timer = timer(vertx);
        boolean isOn = config.cache() != TollgateConfig.CachedRequests.OFF;
        if (isOn && config.cacheRedis() && redisHosts.isPresent()) {
            redis = new RedisEntries(redisClient.get(), () -> codec, vertx, timer, clock);
            tiers.add(tier(redis, ASKING_REDIS_MAX, timer));
        } else {
            redis = null;
        }
        StoredKeys keys = isOn && config.cachePostgres() ? new StoredKeys(config.cacheKeysBytesMax()) : null;
        if (keys != null) {
            postgres = new PgEntries(pool, keys, clock);
            upkeep = new PgCacheUpkeep(pool, postgres, config.cachePostgresBytesMax());
            tiers.add(tier(postgres, ASKING_POSTGRES_MAX, timer));
        } else {
            postgres = null;
            upkeep = null;
        }
        this.news = new CacheNews(pool, drops, this::droppedElsewhere, keys, clock);
        this.wakeUp = new WakeUp(pool, "tollgate_cache", this::read);
    }

    private StoredTier tier(EntryStore store, int askingMax, Timer timer) {
        StoredTierSettings settings =
                StoredTierSettings.of(config.cachePatience().toMillis(), askingMax, QUEUE_BYTES_MAX);
        return new StoredTier(store, () -> codec, settings, timer, vertx);
    }

    private static Timer timer(Vertx vertx) {
        return (millis, action) -> {
            long timer = vertx.setTimer(Math.max(1, millis), _ -> action.run());
            return () -> vertx.cancelTimer(timer);
        };
    }

    /** What is set wrongly is told before anything is opened. */
    void prepare() {
        if (config.cacheEncrypted() && vault.isLocked()) {
            throw new StartFailure("TOLLGATE_CACHE_ENCRYPTED needs TOLLGATE_MASTER_KEY or TOLLGATE_MASTER_KEY_FILE.");
        }
    }

    /**
     * All tiers in their order.
     *
     * @param first the one in memory, or null where there is none
     */
    AnswerCache beneath(@Nullable CacheTier first) {
        memory = first;
        List<AnswerCache.Place> places = new ArrayList<>();
        if (first != null) {
            places.add(new AnswerCache.Place(first, /* deadlineMillis= */ 0)); // answers at once
        }
        tiers.forEach(tier ->
                places.add(new AnswerCache.Place(tier, config.cachePatience().toMillis())));
        return new AnswerCache(places, drops, timer(vertx), clock, System::nanoTime);
    }

    /** What is told to all replicas. */
    CacheNews news() {
        return news;
    }

    /** Those outside of memory. */
    List<StoredTier> stored() {
        return List.copyOf(tiers);
    }

    /** The tier in PostgreSQL, if there is one. */
    Optional<PgEntries> postgres() {
        return Optional.ofNullable(postgres);
    }

    /** The database is migrated. Nothing waits for it: until all is known, nothing is found. */
    void start() {
        if (config.cache() == TollgateConfig.CachedRequests.OFF) {
            return;
        }
        if (config.cacheEncrypted()) {
            findKey();
        }
        wakeUp.listen();
        look();
        vertx.setPeriodic(POLL_MILLIS, _ -> {
            wakeUp.listen();
            look();
        });
        keepUp();
        vertx.setPeriodic(UPKEEP_MILLIS, _ -> keepUp());
    }

    void stop() {
        stopped = true;
        wakeUp.close();
        if (redis != null) {
            redis.close();
        }
    }

    private void findKey() {
        sealingKey.find().onSuccess(this::sealBy).onFailure(failure -> {
            LOG.warnf("The cache's key can't be opened; nothing is stored until it can: %s", failure.getMessage());
            vertx.setTimer(KEY_MILLIS, _ -> findKey());
        });
    }

    private void sealBy(Aead key) {
        codec = new EntryCodec(key, ENTRY_BYTES_MAX);
    }

    private void look() {
        if (!news.isRefreshing()) {
            read();
        }
    }

    private void read() {
        if (!stopped) {
            news.refresh().onSuccess(_ -> complained = false).onFailure(this::complain);
        }
    }

    private void keepUp() {
        if (!stopped && upkeep != null && upkeeping.isComplete()) {
            upkeeping =
                    upkeep.run().timeout(UPKEEP_MILLIS, TimeUnit.MILLISECONDS).onFailure(this::complain);
        }
    }

    private void droppedElsewhere(CacheSelection selection) {
        CacheTier inMemory = memory;
        if (inMemory != null) {
            inMemory.drop(selection);
        }
    }

    /** Once per outage, not once per try. */
    private void complain(Throwable failure) {
        if (!complained && !stopped) {
            LOG.warnf("What is cached elsewhere is not known at present: %s", failure.getMessage());
        }
        complained = true;
    }
}
