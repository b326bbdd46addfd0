package dev.tollgate.ledger.pg;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.ledger.LedgerStore;
import dev.tollgate.ledger.journal.CommitMark;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The ledger in PostgreSQL: a batch is one call of {@code book_entries}, whose parameter is a JSON array of the entries
 * just as they came from the request's path. What booking means is in that function.
 */
public final class PgLedger implements LedgerStore {
    private static final int MONTHS_AHEAD = 2;

    /** How far back sums are merged; replicas that run merge them each day. */
    private static final int MERGED_DAYS = 3;

    private static final String CHECK_VIOLATION = "23514";
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private final Pool pool;
    private final PgReplica replica;
    private final CommitMark commits;

    /** @param commits what this database has acknowledged of the replica's journal */
    public PgLedger(Pool pool, PgReplica replica, CommitMark commits) {
        this.pool = pool;
        this.replica = replica;
        this.commits = commits;
    }

    /** One that knows nothing of earlier runs. */
    public PgLedger(Pool pool, PgReplica replica) {
        this(pool, replica, CommitMark.inMemory());
    }

    /** Makes sure that entries of this month and of the next ones have a place to go. */
    public Future<Void> makePartitions(Instant now) {
        return pool.preparedQuery("select make_ledger_partitions($1, $2)")
                .execute(Tuple.of(now.atOffset(ZoneOffset.UTC), MONTHS_AHEAD))
                .compose(_ -> replica.seen());
    }

    /**
     * Drops all months of entries that ended by an instant, for good; what is replayed of them later goes into quarantine.
     * Answers how many months were dropped.
     */
    public Future<Integer> dropBefore(Instant instant) {
        return pool.preparedQuery("select drop_ledger_before($1)")
                .execute(Tuple.of(instant.atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /** Merges what several replicas added to the sums of the days before yesterday, so that there are fewer rows. */
    public Future<Void> mergeSums(Instant now) {
        Instant before = now.minus(1, ChronoUnit.DAYS);
        return pool.preparedQuery("""
                        select merge_slots(sums, $1, $2)
                        from unnest('{usage_quarter_hour,usage_tag_quarter_hour}'::regclass[]) as sums
                        """)
                .execute(Tuple.of(
                        before.minus(MERGED_DAYS, ChronoUnit.DAYS).atOffset(ZoneOffset.UTC),
                        before.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }

    @Override
    public Future<Booked> book(List<byte[]> entries) {
        if (entries.isEmpty()) {
            return Future.succeededFuture(new Booked(0, 0, 0));
        }
        return replica.slot()
                .compose(slot -> pool.preparedQuery("""
                                select booked, corrected, quarantined, number
                                from mark_commit($3, $4) as number, book_entries(convert_from($1, 'UTF8')::json, $2)
                                """)
                        .execute(Tuple.of(array(entries), slot, replica.journalId(), commits.last())))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    commits.last(row.getLong(3));
                    return new Booked(row.getInteger(0), row.getInteger(1), row.getInteger(2));
                })
                .recover(failure -> Future.failedFuture(meaningOf(failure)));
    }

    @Override
    public Future<Void> verify() {
        long acknowledged = commits.last();
        if (acknowledged == 0) {
            return Future.succeededFuture();
        }
        return pool.preparedQuery("select number from journal_mark where journal_id = $1 and number < $2")
                .execute(Tuple.of(replica.journalId(), acknowledged))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                new CommitsLost(rows.iterator().next().getLong(0), /* cause= */ null)));
    }

    @Override
    public Future<Void> quarantine(byte[] entry, PoisonEntry why) {
        String text = new String(entry, UTF_8).replace('\0', '\uFFFD');
        return replica.slot()
                .compose(slot -> pool.preparedQuery("select from quarantine_entry($1, $2, $3, $4, $5)")
                        .execute(Tuple.of(text, Counted.of(text), why.reason(), why.sqlState(), slot)))
                .mapEmpty();
    }

    /** Gives back what this process holds in the database. */
    public Future<Void> close() {
        return replica.close();
    }

    private static Buffer array(List<byte[]> entries) {
        int length = 1;
        for (byte[] entry : entries) {
            length += entry.length + 1;
        }
        Buffer array = Buffer.buffer(length);
        for (byte[] entry : entries) {
            array.appendByte((byte) (array.length() == 0 ? '[' : ',')).appendBytes(entry);
        }
        return array.appendByte((byte) ']');
    }

    /**
     * Class TG is Tollgate's own. Errors of class 22 (data), 23 (constraints) and 54 (limits) lie in the data; a missing
     * partition is a 23514. Entries refer to nothing, but a window may be deleted while something is booked in it: the next
     * try doesn't see it.
     */
    private static Throwable meaningOf(Throwable failure) {
        if (!(failure instanceof PgException error) || error.getSqlState() == null) {
            return failure;
        }
        String state = error.getSqlState();
        if (state.equals(FOREIGN_KEY_VIOLATION)) {
            return failure;
        }
        return switch (state.substring(0, 2)) {
            case "TG" -> new CommitsLost(Long.parseLong(error.getDetail()), error);
            case "22", "54" -> new PoisonEntry("invalid_data", state, error);
            case "23" -> new PoisonEntry(state.equals(CHECK_VIOLATION) ? "no_partition" : "constraint", state, error);
            default -> failure;
        };
    }
}
