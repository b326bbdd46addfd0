package dev.tollgate.ledger.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * This process among those that write into the database. Its slot, a small number that no other live one has, marks the
 * rows of sums that it alone writes, so that replicas don't wait for one another. Sums are right even where two share
 * a slot. A replica that does not stop in order gives up its slot a day after it was last seen.
 */
public final class PgReplica {
    /** A request may wait for it, so that a database that hangs must not hold it for ever. */
    private static final long PATIENCE_SECONDS = 5;

    private final Pool pool;
    private final UUID journalId;
    private @Nullable Future<Opened> opened;

    private record Opened(long epoch, short slot) {}

    /** @param journalId of the journal that this process has locked; it takes the place of others that had it before */
    public PgReplica(Pool pool, UUID journalId) {
        this.pool = pool;
        this.journalId = journalId;
    }

    UUID journalId() {
        return journalId;
    }

    /** The slot, asked for once, when it is needed first. */
    synchronized Future<Short> slot() {
        return opened().map(Opened::slot);
    }

    private Future<Opened> opened() {
        if (opened == null || opened.failed()) {
            opened = open();
        }
        return opened;
    }

    /** The number of this run, asked for once, when it is needed first. */
    public synchronized Future<Long> epoch() {
        return opened().map(Opened::epoch);
    }

    private Future<Opened> open() {
        return pool.preparedQuery("select replica_epoch, replica_slot from open_replica($1)")
                .execute(Tuple.of(journalId))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new Opened(row.getLong(0), row.getShort(1));
                });
    }

    /** Says that this replica is alive; where it has lost its slot it asks for another one when it needs it. */
    Future<Void> seen() {
        Opened known = known();
        if (known == null) {
            return Future.succeededFuture();
        }
        return pool.preparedQuery("update replica set seen_at = now() where epoch = $1 and state = 'live'")
                .execute(Tuple.of(known.epoch))
                .onSuccess(rows -> {
                    if (rows.rowCount() == 0) {
                        forget();
                    }
                })
                .mapEmpty();
    }

    /** Says that this run has lost its place; another one is asked for when it is needed. */
    public synchronized void lost(long epoch) {
        Opened known = known();
        if (known != null && known.epoch == epoch) {
            forget();
        }
    }

    /** Gives the slot back. */
    Future<Void> close() {
        Opened known = known();
        forget();
        return known == null
                ? Future.succeededFuture()
                : pool.preparedQuery("update replica set state = 'closed' where epoch = $1")
                        .execute(Tuple.of(known.epoch))
                        .mapEmpty();
    }

    private synchronized @Nullable Opened known() {
        return opened == null ? null : opened.result();
    }

    private synchronized void forget() {
        opened = null;
    }
}
