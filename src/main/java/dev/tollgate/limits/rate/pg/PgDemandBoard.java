package dev.tollgate.limits.rate.pg;

import dev.tollgate.limits.rate.DemandBoard;
import dev.tollgate.limits.rate.SharedOut;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The board on which replicas say what they need, as two tables in PostgreSQL. A replica that is alone only says that it
 * is there. The clock of the database counts.
 */
public final class PgDemandBoard implements DemandBoard {
    private static final String SAY = """
            with
                me as (
                    insert into rate_replica (name, seen_at) values ($1, now())
                    on conflict (name) do update set seen_at = now()),
                dead as (
                    delete from rate_replica where name in (
                        select name from rate_replica where seen_at < now() - interval '1 minute' and name <> $1
                        for update skip locked)),
                over as (
                    delete from rate_demand where replica = $1 and bucket <> all($2::text[]))
            insert into rate_demand (replica, bucket, demand, claim, parts)
            select $1, * from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
            on conflict (replica, bucket)
                do update set demand = excluded.demand, claim = excluded.claim, parts = excluded.parts
            """;

    private static final String READ = """
            select r.name, d.bucket, d.demand, d.claim, d.parts
            from rate_replica r left join rate_demand d on d.replica = r.name and d.bucket = any($2::text[])
            where r.name <> $1 and r.seen_at > now() - $3 * interval '1 millisecond'
            """;

    private final Pool pool;
    private volatile boolean alone = true;

    public PgDemandBoard(Pool pool) {
        this.pool = pool;
    }

    /** The first statement has been committed when the second one reads. */
    @Override
    public Future<Seen> exchange(String replica, Map<String, Offer> own) {
        Map<String, Offer> said = alone ? Map.of() : own;
        return pool.preparedQuery(SAY)
                .execute(Tuple.of(
                        replica,
                        said.keySet().toArray(String[]::new),
                        column(said.values(), Offer::demand),
                        column(said.values(), Offer::claim),
                        column(said.values(), Offer::of)))
                .compose(_ -> pool.preparedQuery(READ)
                        .execute(Tuple.of(replica, own.keySet().toArray(String[]::new), SharedOut.DEAD_AFTER_MILLIS)))
                .map(PgDemandBoard::seen)
                .onSuccess(seen -> alone = seen.replicas() == 1);
    }

    private static Long[] column(Collection<Offer> offers, ToLongFunction<Offer> value) {
        return offers.stream().mapToLong(value).boxed().toArray(Long[]::new);
    }

    private static Seen seen(RowSet<Row> rows) {
        Set<String> living = new HashSet<>();
        Map<String, List<Offer>> others = new HashMap<>();
        for (Row row : rows) {
            String name = row.getString(0);
            living.add(name);
            if (row.getString(1) != null) {
                others.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                        .add(new Offer(name, row.getLong(2), row.getLong(3), row.getLong(4)));
            }
        }
        return new Seen(1 + living.size(), others);
    }
}
