package dev.tollgate.cache.pg;

import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.Drops;
import dev.tollgate.feed.VersionedFeed;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What other replicas, and this one, have stored in PostgreSQL and what was dropped by hand. At a start, and by who has not
 * listened for long, all keys are read.
 */
public final class CacheNews extends VersionedFeed {
    private static final long PATIENCE_SECONDS = 30;

    private static final String VERSION = "select version, forgotten from cache_version";

    private static final String DROPS = """
            select organization_id, client_id, pool, route, model, stored_before, digest from cache_drop
            where version > $1 and version <= $2 order by version
            """;

    private static final String BATCHES = """
            select slot, ends_at, keys from cache_batch where version > $1 and version <= $2 order by version
            """;

    private static final String KEYS = """
            select string_agg(substr(digest, 1, 8), ''::bytea), s.ends_at
            from cache_slot s join cache_entry e on e.slot = $1
            where s.slot = $1 and s.ends_at > now() group by s.ends_at
            """;

    private final Pool pool;
    private final Drops drops;
    private final Consumer<CacheSelection> dropped;
    private final @Nullable StoredKeys keys;
    private final InstantSource clock;

    /**
     * @param drops takes in what is dropped
     * @param dropped is told of each drop that comes after the start
     * @param keys takes in what is stored; null where nothing is in PostgreSQL
     */
    public CacheNews(
            Pool pool, Drops drops, Consumer<CacheSelection> dropped, @Nullable StoredKeys keys, InstantSource clock) {
        super("cache");
        this.pool = pool;
        this.drops = drops;
        this.dropped = dropped;
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    protected Future<Integer> readNews() {
        return ask(VERSION, Tuple.tuple()).compose(found -> {
            Row row = found.iterator().next();
            long newest = row.getLong(0);
            boolean isFirst = version() == 0;
            if (!isFirst && isKnown(newest)) {
                return Future.succeededFuture(0);
            }
            long known = version();
            return readDrops(known, newest)
                    .onSuccess(read -> {
                        drops.add(read);
                        if (!isFirst) {
                            read.forEach(dropped);
                        }
                    })
                    .compose(_ -> known < Math.max(1, row.getLong(1)) ? readAllKeys() : readKeys(known, newest))
                    .onSuccess(_ -> known(newest));
        });
    }

    private Future<List<CacheSelection>> readDrops(long after, long upTo) {
        return ask(DROPS, Tuple.of(after, upTo)).map(rows -> {
            List<CacheSelection> read = new ArrayList<>(rows.size());
            rows.forEach(row -> read.add(selection(row)));
            return read;
        });
    }

    private static CacheSelection selection(Row row) {
        return new CacheSelection(
                row.getString(0),
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getOffsetDateTime(5).toInstant().toEpochMilli(),
                row.getString(6));
    }

    private Future<Integer> readKeys(long after, long upTo) {
        if (keys == null) {
            return Future.succeededFuture(0);
        }
        keys.forgetBefore(clock.millis());
        return ask(BATCHES, Tuple.of(after, upTo))
                .compose(rows -> readSlots(takeIn(keys, rows), 0).map(_ -> rows.size()));
    }

    /** Answers the slots whose filters are to be made anew, because they are too small. */
    private static BitSet takeIn(StoredKeys keys, RowSet<Row> batches) {
        BitSet full = new BitSet(Slots.COUNT);
        for (Row row : batches) {
            int slot = row.getShort(0);
            Buffer stored = row.getBuffer(2);
            if (stored == null) {
                keys.forget(slot);
                full.clear(slot);
            } else if (keys.add(turn(slot, row), hashes(stored))) {
                full.set(slot);
            }
        }
        return full;
    }

    private Future<Integer> readAllKeys() {
        BitSet all = new BitSet(Slots.COUNT);
        all.set(0, Slots.COUNT);
        return readSlots(all, 0);
    }

    /** One slot after the other, so that no more than one is in memory twice. What is stored meanwhile is told later. */
    private Future<Integer> readSlots(BitSet slots, int from) {
        int slot = slots.nextSetBit(from);
        if (slot < 0 || keys == null) {
            return Future.succeededFuture(0);
        }
        StoredKeys filter = keys;
        return ask(KEYS, Tuple.of((short) slot)).compose(rows -> {
            if (rows.size() == 0) {
                filter.forget(slot);
            }
            for (Row row : rows) {
                filter.replace(turn(slot, row), hashes(row.getBuffer(0)));
            }
            return readSlots(slots, slot + 1);
        });
    }

    /** A database that hangs must not keep this from being tried again. */
    private Future<RowSet<Row>> ask(String sql, Tuple parameters) {
        return pool.preparedQuery(sql).execute(parameters).timeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static Slots.Turn turn(int slot, Row row) {
        return new Slots.Turn(slot, row.getOffsetDateTime("ends_at").toInstant().toEpochMilli());
    }

    private static long[] hashes(Buffer keys) {
        long[] hashes = new long[keys.length() / Long.BYTES];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = keys.getLong(i * Long.BYTES);
        }
        return hashes;
    }
}
