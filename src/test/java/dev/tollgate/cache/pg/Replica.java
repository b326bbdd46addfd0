package dev.tollgate.cache.pg;

import static java.time.ZoneOffset.UTC;
import static java.util.Objects.requireNonNull;

import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.Drops;
import dev.tollgate.cache.Timer;
import dev.tollgate.cache.store.EntryCodec;
import dev.tollgate.cache.store.StoredTier;
import dev.tollgate.cache.store.StoredTierSettings;
import dev.tollgate.cache.store.WriteBehindSettings;
import dev.tollgate.feed.pg.WakeUp;
import dev.tollgate.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** One of several processes that share a database's tier. It hears what others do as soon as it is notified. */
final class Replica implements AutoCloseable {
    private static final EntryCodec CODEC = new EntryCodec(null, 10_000_000);

    final Pool pool;
    final PgEntries entries;
    final StoredTier tier;
    final Drops drops = new Drops();
    final List<CacheSelection> told = new CopyOnWriteArrayList<>();
    final CacheNews news;
    final PgCacheUpkeep upkeep;
    private final WakeUp wakeUp;
    private volatile boolean isDeaf;

    Replica(TestDatabase database, Vertx vertx) {
        this(database, vertx, /* patienceMillis= */ 10_000);
    }

    Replica(TestDatabase database, Vertx vertx, long patienceMillis) {
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(PgConnectOptions.fromUri(database.reactiveUrl())
                        .setUser(database.user())
                        .setPassword(database.password()))
                .using(vertx)
                .build();
        StoredKeys keys = new StoredKeys(1 << 20);
        entries = new PgEntries(pool, keys, InstantSource.system());
        Timer timer = (millis, action) -> {
            long set = vertx.setTimer(millis, _ -> action.run());
            return () -> vertx.cancelTimer(set);
        };
        tier = new StoredTier(
                entries,
                () -> CODEC,
                new StoredTierSettings(
                        patienceMillis, 100, 4, 50, 1, 2_000, new WriteBehindSettings(50_000_000, 500, 4_000_000, 1)),
                timer,
                vertx);
        news = new CacheNews(pool, drops, told::add, keys, InstantSource.system());
        upkeep = new PgCacheUpkeep(pool, entries, /* bytesMax= */ 1L << 40);
        await(news.refresh());
        wakeUp = new WakeUp(pool, "tollgate_cache", () -> {
            if (!isDeaf) {
                news.refresh();
            }
        });
        wakeUp.listen();
    }

    /** As administration does. */
    void drop(CacheSelection selection) {
        await(pool.preparedQuery("""
                        insert into cache_drop (version, organization_id, stored_before) values (raise_cache_version(), $1, $2)
                        """)
                .execute(Tuple.of(
                        selection.organizationId(),
                        Instant.ofEpochMilli(requireNonNull(selection.storedBeforeMillis()))
                                .atOffset(UTC))));
    }

    void stopListening() {
        isDeaf = true;
    }

    @Override
    public void close() {
        wakeUp.close();
        await(pool.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
