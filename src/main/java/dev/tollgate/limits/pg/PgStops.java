package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.rules.RuleFilter;
import dev.tollgate.limits.rules.Stop;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stops of spend in PostgreSQL. */
public final class PgStops {
    /** Of an organization, and of all that no organization has. */
    private static final int ACTIVE_MAX = 1_000;

    private final Pool pool;

    public PgStops(Pool pool) {
        this.pool = pool;
    }

    public Future<Optional<Stop>> find(String id) {
        return Database.answer(find(pool, id));
    }

    /** The stop, which nobody else lifts until the change ends. */
    public Future<Optional<Stop>> lock(Change change, String id) {
        return lockAll(change).compose(_ -> find(change.connection(), id));
    }

    /** Stops from the newest on. */
    public Future<List<Stop>> list(@Nullable String organizationId, RuleFilter.State state, String cursor, int limit) {
        Boolean active = state == RuleFilter.State.ALL ? null : state == RuleFilter.State.ACTIVE;
        return Database.answer(pool.preparedQuery("""
                        select * from spend_stop
                        where ($1::text is null or organization_id = $1)
                          and ($2::boolean is null or (lifted_at is null) = $2)
                          and ($3 = '' or (created_at, id) < (select created_at, id from spend_stop where id = $3))
                        order by created_at desc, id desc limit $4
                        """)
                .execute(Tuple.of(organizationId, active, cursor, limit))
                .map(PgStops::all));
    }

    /** Stops spend; fails with a conflict where there are too many stops already. */
    public Future<Stop> create(Change change, Stop stop) {
        return lockAll(change)
                .compose(_ -> change.connection()
                        .preparedQuery("select count(*) from spend_stop"
                                + " where lifted_at is null and organization_id is not distinct from $1")
                        .execute(Tuple.of(stop.organizationId())))
                .compose(rows -> {
                    if (rows.iterator().next().getLong(0) >= ACTIVE_MAX) {
                        throw new Problem(
                                ProblemCode.CONFLICT,
                                "There are " + ACTIVE_MAX + " stops (expected: fewer; lift what is not needed, or stop"
                                        + " what is above).");
                    }
                    return change.connection().preparedQuery("""
                                    insert into spend_stop
                                        (id, owner, owner_id, organization_id, origin, cut_streams, reason)
                                    values ($1, $2, $3, $4, $5, $6, $7) returning *
                                    """).execute(Tuple.from(new Object[] {
                        stop.id(),
                        stop.owner().label(),
                        stop.ownerId(),
                        stop.organizationId(),
                        stop.origin(),
                        stop.cutStreams(),
                        stop.reason()
                    }));
                })
                .map(rows -> all(rows).getFirst());
    }

    /** Lets spend go on. */
    public Future<Stop> lift(Change change, Stop stop) {
        return change.connection()
                .preparedQuery("update spend_stop set lifted_at = now() where id = $1 returning *")
                .execute(Tuple.of(stop.id()))
                .map(rows -> all(rows).getFirst());
    }

    private static Future<Void> lockAll(Change change) {
        return change.connection()
                .query("select from limits_version for update")
                .execute()
                .mapEmpty();
    }

    private static Future<Optional<Stop>> find(SqlClient client, String id) {
        if (!RuleRows.isPlain(id)) {
            return Future.succeededFuture(Optional.empty());
        }
        return client.preparedQuery("select * from spend_stop where id = $1")
                .execute(Tuple.of(id))
                .map(rows -> all(rows).stream().findFirst());
    }

    private static List<Stop> all(RowSet<Row> rows) {
        List<Stop> stops = new ArrayList<>(rows.size());
        rows.forEach(row -> stops.add(RuleRows.stop(row)));
        return stops;
    }
}
