package dev.tollgate.limits.budget.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.UUID;

/** What is to be done with windows as time goes by. Any replica does it; twice is once. */
public final class PgWindows {
    private static final int PRUNED_MAX = 1_000;

    private final Pool pool;

    public PgWindows(Pool pool) {
        this.pool = pool;
    }

    /** Puts increases in force that begin, and ends those and the credit that expire. */
    public Future<Void> changeDue() {
        return pool.query("select change_due_windows()").execute().mapEmpty();
    }

    /** Raises the alerts that are due for windows, once each. */
    public Future<Void> raiseAlerts(Collection<Long> windowIds) {
        return windowIds.isEmpty()
                ? Future.succeededFuture()
                : pool.preparedQuery("select raise_budget_alerts($1)")
                        .execute(Tuple.of(windowIds.toArray(Long[]::new)))
                        .mapEmpty();
    }

    /** Closes windows that have ended and were given back, and carries over what is left. */
    public Future<Void> close() {
        return pool.query("select close_windows()").execute().mapEmpty();
    }

    /** Deletes a bounded number of windows, doubts and runs that ended before an instant and nobody asks for any more. */
    public Future<Void> prune(Instant before) {
        return pool.preparedQuery("select prune_budgets($1, $2)")
                .execute(Tuple.of(before.atOffset(ZoneOffset.UTC), PRUNED_MAX))
                .mapEmpty();
    }

    /**
     * Holds windows against the ledger, unless some replica did within the hour. Answers how many figures did not fit the
     * last time that one did.
     */
    public Future<Integer> audit() {
        return pool.query("select audit_budgets('1 hour')")
                .execute()
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /**
     * Takes back what earlier runs over a journal were granted and did not spend. Only for whoever has the journal locked
     * and has booked all that is in it.
     */
    public Future<Void> releaseEarlier(UUID journalId, long epoch) {
        return pool.preparedQuery("select release_shares($1, $2)")
                .execute(Tuple.of(journalId, epoch))
                .mapEmpty();
    }
}
