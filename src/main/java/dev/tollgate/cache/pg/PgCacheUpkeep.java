package dev.tollgate.cache.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;

/**
 * Keeps the tier in PostgreSQL small: empties partitions whose time is over, then those that expire first while there are
 * too many bytes, and forgets old news. Replicas may do so at the same time.
 */
public final class PgCacheUpkeep {
    private final Pool pool;
    private final PgEntries entries;
    private final long bytesMax;

    /** @param bytesMax of all entries with their indexes, looked at now and then */
    public PgCacheUpkeep(Pool pool, PgEntries entries, long bytesMax) {
        this.pool = pool;
        this.entries = entries;
        this.bytesMax = bytesMax;
    }

    /** Does it once, in short transactions one after the other. */
    public Future<Void> run() {
        return prune().compose(_ -> evict(Slots.COUNT)).compose(_ -> forget()).compose(_ -> measure(0));
    }

    private Future<Void> prune() {
        return pool.query("select prune_cache()")
                .execute()
                .compose(rows -> rows.iterator().next().getBoolean(0) ? prune() : Future.succeededFuture());
    }

    private Future<Void> evict(int slotsMax) {
        return pool.preparedQuery("select evict_cache($1)")
                .execute(Tuple.of(bytesMax))
                .compose(rows -> {
                    long gone = rows.iterator().next().getLong(0);
                    return gone == 0 || slotsMax == 0
                            ? Future.succeededFuture()
                            : measure(gone).compose(_ -> evict(slotsMax - 1));
                });
    }

    private Future<Void> forget() {
        return pool.query("select forget_cache_news()").execute().mapEmpty();
    }

    private Future<Void> measure(long evicted) {
        return pool.query("""
                        select sum(pg_total_relation_size(inhrelid))::bigint from pg_inherits
                        where inhparent = 'cache_entry'::regclass
                        """)
                .execute()
                .onSuccess(rows -> entries.measured(rows.iterator().next().getLong(0), evicted))
                .mapEmpty();
    }
}
