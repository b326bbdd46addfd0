package dev.tollgate.cache.pg;

import static java.time.ZoneOffset.UTC;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier.Holdings;
import dev.tollgate.cache.CachedAnswer.Origin;
import dev.tollgate.cache.store.EntryStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.Tuple;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Entries in PostgreSQL. It is asked only for keys that a filter in memory knows of, and only in the partitions that may have
 * them, so that a key which nobody has stored costs no question.
 */
public final class PgEntries implements EntryStore {
    public static final String NAME = "postgresql";

    private static final String READ = """
            select entry from cache_entry where slot = any($1) and scope = $2 and digest = $3
            order by stored_at desc limit 1
            """;

    private static final String WRITE = "select store_cache_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

    private static final String REMOVE = "delete from cache_entry where scope = $1 and digest = $2";

    /** So many at a time that nobody waits for them for long. */
    private static final int REMOVED_AT_ONCE = 1_000;

    private static final String DROP = """
            delete from cache_entry e using (
                select slot, scope, digest from cache_entry
                where ($1::text is null or $1 = case when scope like 'pool:%' then organization_id
                                                     else split_part(scope, '/', 1) end)
                  and ($2::text is null or scope not like 'pool:%' and split_part(scope, '/', 2) = $2)
                  and ($3::text is null or scope = 'pool:' || $3)
                  and ($4::text is null or route = $4)
                  and ($5::text is null or $5 in (model_asked, model_run, model_served))
                  and ($6::timestamptz is null or stored_at < $6)
                  and ($7::bytea is null or digest = $7)
                limit 1000) meant
            where e.slot = meant.slot and e.scope = meant.scope and e.digest = meant.digest
            """;

    private final Pool pool;
    private final StoredKeys keys;
    private final InstantSource clock;
    private final LongAdder inVain = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private volatile long bytes;

    public PgEntries(Pool pool, StoredKeys keys, InstantSource clock) {
        this.pool = pool;
        this.keys = keys;
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean mayHave(CacheKey key) {
        return keys.slotsOf(hash(key), clock.millis()) != 0;
    }

    @Override
    public Future<byte @Nullable []> read(CacheKey key) {
        Short[] slots = slots(keys.slotsOf(hash(key), clock.millis()));
        return pool.preparedQuery(READ)
                .execute(Tuple.of(slots, key.scope().text(), Buffer.buffer(key.digest())))
                .map(rows -> {
                    RowIterator<Row> found = rows.iterator();
                    if (!found.hasNext()) {
                        inVain.increment();
                        return null;
                    }
                    return found.next().getBuffer(0).getBytes();
                });
    }

    @Override
    public Future<Void> write(List<Entry> entries) {
        long now = clock.millis();
        List<Entry> living = entries.stream()
                .filter(entry -> entry.answer().expiresAtMillis() > now)
                .toList();
        if (living.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Long> expiries = living.stream()
                .map(entry -> Slots.expiry(entry.answer().expiresAtMillis(), now))
                .toList();
        List<Slots.Turn> turns =
                expiries.stream().map(expiry -> Slots.turnOf(expiry, now)).toList();
        return pool.preparedQuery(WRITE)
                .execute(Tuple.from(new Object[] {
                    turns.stream().map(turn -> (short) turn.slot()).toArray(Short[]::new),
                    turns.stream().map(turn -> time(turn.endsAtMillis())).toArray(OffsetDateTime[]::new),
                    texts(living, entry -> entry.key().scope().text()),
                    living.stream()
                            .map(entry -> Buffer.buffer(entry.key().digest()))
                            .toArray(Buffer[]::new),
                    origins(living, Origin::organizationId),
                    origins(living, Origin::route),
                    origins(living, Origin::modelAsked),
                    origins(living, Origin::modelRun),
                    origins(living, Origin::modelServed),
                    living.stream()
                            .map(entry -> time(entry.answer().storedAtMillis()))
                            .toArray(OffsetDateTime[]::new),
                    expiries.stream().map(PgEntries::time).toArray(OffsetDateTime[]::new),
                    living.stream().map(entry -> Buffer.buffer(entry.bytes())).toArray(Buffer[]::new)
                }))
                .mapEmpty();
    }

    @Override
    public Future<Void> remove(CacheKey key) {
        return pool.preparedQuery(REMOVE)
                .execute(Tuple.of(key.scope().text(), Buffer.buffer(key.digest())))
                .mapEmpty();
    }

    /** In batches, so that nothing else waits for all of it. */
    @Override
    public Future<Long> drop(CacheSelection selection) {
        return drop(parameters(selection), 0);
    }

    private Future<Long> drop(Tuple selection, long before) {
        return pool.preparedQuery(DROP).execute(selection).compose(deleted -> {
            long gone = before + deleted.rowCount();
            return deleted.rowCount() < REMOVED_AT_ONCE ? Future.succeededFuture(gone) : drop(selection, gone);
        });
    }

    private static Tuple parameters(CacheSelection selection) {
        String digest = selection.digest();
        Long before = selection.storedBeforeMillis();
        return Tuple.tuple()
                .addString(selection.organizationId())
                .addString(selection.clientId())
                .addString(selection.pool())
                .addString(selection.route())
                .addString(selection.model())
                .addOffsetDateTime(before == null ? null : time(before))
                .addBuffer(digest == null ? null : Buffer.buffer(HexFormat.of().parseHex(digest)));
    }

    @Override
    public Holdings holdings() {
        return new Holdings(keys.keys(), bytes, evicted.sum());
    }

    /** How often a key was asked for that was not there, although the filter took it to be. */
    public long inVain() {
        return inVain.sum();
    }

    /** Bytes of the filter. */
    public long filterBytes() {
        return keys.bytes();
    }

    /** Notes how large the tier is, and how many entries had to go for that. */
    void measured(long bytesNow, long evictedNow) {
        bytes = bytesNow;
        evicted.add(evictedNow);
    }

    static long hash(CacheKey key) {
        return ByteBuffer.wrap(key.digest()).getLong();
    }

    private static Short[] slots(long bits) {
        return IntStream.range(0, Slots.COUNT)
                .filter(slot -> (bits & 1L << slot) != 0)
                .mapToObj(slot -> (short) slot)
                .toArray(Short[]::new);
    }

    private static String[] origins(List<Entry> entries, Function<Origin, @Nullable String> text) {
        return texts(entries, entry -> text.apply(entry.answer().origin()));
    }

    private static String[] texts(List<Entry> entries, Function<Entry, @Nullable String> text) {
        return entries.stream().map(text).toArray(String[]::new);
    }

    private static OffsetDateTime time(long millis) {
        return Instant.ofEpochMilli(millis).atOffset(UTC);
    }
}
