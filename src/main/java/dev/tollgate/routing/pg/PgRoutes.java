package dev.tollgate.routing.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.routing.RoutingKind;
import dev.tollgate.routing.RoutingRecord;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Routes, and how tiers are routed, in PostgreSQL, with every version that there was. */
public final class PgRoutes {
    private static final String COLUMNS = "select kind, name, version, definition, changed_at, changed_by ";

    private final Pool pool;

    public PgRoutes(Pool pool) {
        this.pool = pool;
    }

    /** All that there is, which nobody else changes until the change ends; what was removed, too. */
    public Future<Locked> lock(Change change) {
        return change.connection()
                .query("select version from routing_last for update")
                .execute()
                .compose(last -> ask(change.connection(), "from routing", Tuple.tuple())
                        .map(records -> new Locked(only(last).getLong(0), records)));
    }

    /**
     * What is locked.
     *
     * @param last version of all
     */
    public record Locked(long last, List<RoutingRecord> records) {
        /** What there is under a name, or was; null where nothing ever was. */
        public @Nullable RoutingRecord find(RoutingKind kind, String name) {
            for (RoutingRecord record : records) {
                if (record.kind() == kind && record.name().equals(name)) {
                    return record;
                }
            }
            return null;
        }
    }

    /** Writes a definition as the next version, or removes it where it is null. */
    public Future<RoutingRecord> write(
            Change change, Locked locked, RoutingKind kind, String name, @Nullable JsonObject definition) {
        long version = locked.last + 1;
        return change.connection()
                .preparedQuery("update routing_last set version = $1")
                .execute(Tuple.of(version))
                .compose(_ -> change.connection()
                        .preparedQuery("""
                                insert into routing (kind, name, version, definition, changed_by)
                                values ($1, $2, $3, $4, $5)
                                on conflict (kind, name) do update
                                set version = excluded.version, definition = excluded.definition,
                                    changed_at = now(), changed_by = excluded.changed_by
                                returning kind, name, version, definition, changed_at, changed_by
                                """)
                        .execute(Tuple.of(
                                kind.label(),
                                name,
                                version,
                                definition,
                                change.principal().id())))
                .map(rows -> record(only(rows)));
    }

    /** What there is under a name; it may have been removed. */
    public Future<Optional<RoutingRecord>> find(RoutingKind kind, String name) {
        return Database.answer(ask(pool, "from routing where kind = $1 and name = $2", Tuple.of(kind.label(), name)))
                .map(records -> records.stream().findFirst());
    }

    /** All of a kind that are not removed, by name. */
    public Future<List<RoutingRecord>> list(RoutingKind kind) {
        return Database.answer(ask(
                pool, "from routing where kind = $1 and definition is not null order by name", Tuple.of(kind.label())));
    }

    /** Versions before one, newest first. */
    public Future<List<RoutingRecord>> versions(RoutingKind kind, String name, long before, int limit) {
        return Database.answer(ask(
                pool,
                "from routing_version where kind = $1 and name = $2 and version < $3 order by version desc limit $4",
                Tuple.of(kind.label(), name, before, limit)));
    }

    /** One version. */
    public Future<Optional<RoutingRecord>> version(Change change, RoutingKind kind, String name, long version) {
        return ask(
                        change.connection(),
                        "from routing_version where kind = $1 and name = $2 and version = $3",
                        Tuple.of(kind.label(), name, version))
                .map(records -> records.stream().findFirst());
    }

    /** The version of the last change of all. */
    Future<Long> last() {
        return pool.query("select version from routing_last")
                .execute()
                .map(rows -> only(rows).getLong(0));
    }

    /** All that is in force. */
    Future<List<RoutingRecord>> all() {
        return ask(pool, "from routing where definition is not null", Tuple.tuple());
    }

    private static Future<List<RoutingRecord>> ask(SqlClient client, String from, Tuple parameters) {
        return client.preparedQuery(COLUMNS + from).execute(parameters).map(rows -> {
            List<RoutingRecord> records = new ArrayList<>(rows.size());
            rows.forEach(row -> records.add(record(row)));
            return records;
        });
    }

    private static RoutingRecord record(Row row) {
        return new RoutingRecord(
                RoutingKind.valueOf(row.getString(0).toUpperCase(Locale.ROOT)),
                row.getString(1),
                row.getLong(2),
                row.getJsonObject(3),
                row.getOffsetDateTime(4).toInstant(),
                row.getString(5));
    }

    private static Row only(RowSet<Row> rows) {
        return rows.iterator().next();
    }
}
