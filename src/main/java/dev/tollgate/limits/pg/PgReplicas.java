package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.rules.ReplicaRecord;
import dev.tollgate.limits.rules.ReplicaRecord.Unspent;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs of replicas and what they have of budgets, in PostgreSQL. */
public final class PgReplicas {
    /** Of each run one row for each measure that it has something of, or one without. */
    private static final String SELECT = """
            select r.epoch, r.journal_id, r.slot, r.started_at, r.seen_at,
                   case when r.state = 'live' and r.seen_at < now() - interval '5 s' then 'suspect' else r.state end as state,
                   u.measure, u.unspent, u.windows
            from (select * from replica where %s) as r
            left join lateral (
                select w.measure, sum(g.granted - coalesce(s.settled, 0)) as unspent, count(*) as windows
                from share_granted as g
                join budget_window as w on w.id = g.window_id and w.state = 'open'
                left join share_settled as s on s.window_id = g.window_id and s.epoch = g.epoch
                where g.epoch = r.epoch and g.granted > coalesce(s.settled, 0)
                group by w.measure) as u on true
            order by r.epoch desc, u.measure
            """;

    private static final String HAS_SHARES = """
            exists (select from share_granted as g join budget_window as w on w.id = g.window_id and w.state = 'open'
                    left join share_settled as s on s.window_id = g.window_id and s.epoch = g.epoch
                    where g.epoch = replica.epoch and g.granted > coalesce(s.settled, 0))
            """;

    private final Pool pool;

    public PgReplicas(Pool pool) {
        this.pool = pool;
    }

    /**
     * Runs from the newest on.
     *
     * @param all whether those are asked for, too, that have ended and have nothing of any budget
     * @param before the epoch of the last one known, or null
     */
    public Future<List<ReplicaRecord>> list(boolean all, @Nullable Long before, int limit) {
        String condition = "($1::bigint is null or epoch < $1) and ($2 or state = 'live' or " + HAS_SHARES
                + ") order by epoch desc limit $3";
        return Database.answer(pool.preparedQuery(SELECT.formatted(condition))
                .execute(Tuple.of(before, all, limit))
                .map(PgReplicas::replicas));
    }

    /** The run, which is granted nothing until the change ends. */
    public Future<Optional<ReplicaRecord>> lock(Change change, long epoch) {
        return change.connection()
                .preparedQuery("select from replica where epoch = $1 for update")
                .execute(Tuple.of(epoch))
                .compose(_ -> find(change.connection(), epoch));
    }

    /** The later run that has the journal of this one, and gives back what it had when that is booked. */
    public Future<Optional<Long>> successor(Change change, ReplicaRecord replica) {
        return change.connection()
                .preparedQuery("select max(epoch) from replica where journal_id = $1 and epoch > $2 and state = 'live'")
                .execute(Tuple.of(replica.journalId(), replica.epoch()))
                .map(rows -> Optional.ofNullable(rows.iterator().next().getLong(0)));
    }

    /** Ends a run that was locked before, and takes back what it was granted and did not spend, as far as that is booked. */
    public Future<ReplicaRecord> release(Change change, long epoch) {
        Tuple of = Tuple.of(epoch);
        return change.connection()
                .preparedQuery("update replica set state = 'closed' where epoch = $1 and state = 'live'")
                .execute(of)
                .compose(_ -> change.connection()
                        .preparedQuery("select release_shares_of(array[$1::bigint])")
                        .execute(of))
                .compose(_ -> find(change.connection(), epoch))
                .map(Optional::orElseThrow);
    }

    private static Future<Optional<ReplicaRecord>> find(SqlClient client, long epoch) {
        return client.preparedQuery(SELECT.formatted("epoch = $1"))
                .execute(Tuple.of(epoch))
                .map(rows -> replicas(rows).stream().findFirst());
    }

    private static List<ReplicaRecord> replicas(RowSet<Row> rows) {
        Map<Long, ReplicaRecord> replicas = new LinkedHashMap<>();
        for (Row row : rows) {
            List<Unspent> unspent = row.getString("measure") == null
                    ? List.of()
                    : List.of(new Unspent(
                            Measure.of(row.getString("measure")),
                            row.getNumeric("unspent").longValue(),
                            row.getInteger("windows")));
            replicas.merge(row.getLong("epoch"), replica(row, unspent), PgReplicas::together);
        }
        return List.copyOf(replicas.values());
    }

    private static ReplicaRecord replica(Row row, List<Unspent> unspent) {
        return new ReplicaRecord(
                row.getLong("epoch"),
                row.getUUID("journal_id"),
                row.getShort("slot"),
                row.getString("state"),
                row.getOffsetDateTime("started_at").toInstant(),
                row.getOffsetDateTime("seen_at").toInstant(),
                unspent);
    }

    private static ReplicaRecord together(ReplicaRecord one, ReplicaRecord other) {
        List<Unspent> both = new ArrayList<>(one.unspent());
        both.addAll(other.unspent());
        return new ReplicaRecord(
                one.epoch(), one.journalId(), one.slot(), one.state(), one.startedAt(), one.seenAt(), both);
    }
}
