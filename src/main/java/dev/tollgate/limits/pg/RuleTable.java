package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.rules.RuleFilter;
import dev.tollgate.limits.rules.RuleRecord;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rules of one kind: what the table of all rules has of them, and the table of their kind beside it.
 *
 * @param <R> what two rows are together
 */
final class RuleTable<R extends RuleRecord> {
    /** More would be walked through by every request of their owner. */
    static final int OF_OWNER_MAX = 100;

    static final int OF_ORGANIZATION_MAX = 100_000;

    /** What all rules have. */
    private static final List<Column<RuleRecord>> RULE = List.of(
            new Column<>("name", record -> record.rule().name()),
            new Column<>("owner", record -> record.rule().scope().owner().label()),
            new Column<>("owner_id", record -> record.rule().scope().ownerId()),
            new Column<>("organization_id", record -> record.state().organizationId()),
            new Column<>("models", record -> models(record.rule().scope())),
            new Column<>("feature", record -> record.rule().scope().feature()),
            new Column<>("tag_key", record -> record.rule().scope().tagKey()),
            new Column<>("tag_value", record -> record.rule().scope().tagValue()),
            new Column<>("end_user", record -> record.rule().scope().endUser()),
            new Column<>(
                    "per",
                    record -> record.rule().scope().per().stream()
                            .map(Scope.Per::label)
                            .toArray(String[]::new)),
            new Column<>("mode", record -> record.rule().mode().label()),
            new Column<>("origin", record -> record.state().origin()),
            new Column<>("enabled", record -> record.state().enabled()));

    private final Pool pool;
    private final String table;
    private final List<Column<R>> columns;
    private final Function<Row, R> reader;
    private final String selected;

    /** A column, and how it is filled. */
    record Column<T>(String name, Function<T, @Nullable Object> value) {}

    /** @param columns of the table of this kind, but for the id */
    RuleTable(Pool pool, String table, List<Column<R>> columns, Function<Row, R> reader) {
        this.pool = pool;
        this.table = table;
        this.columns = columns;
        this.reader = reader;
        StringBuilder names = new StringBuilder("select rule.*");
        columns.forEach(column -> names.append(", kind_of_rule.").append(column.name));
        this.selected = names + " from rule join " + table + " as kind_of_rule using (id)";
    }

    Future<Optional<R>> find(String id) {
        return Database.answer(find(pool, id));
    }

    /** The rule as it stays until the change ends: changes of rules wait for one another. */
    Future<Optional<R>> lock(Change change, String id) {
        return lockAll(change).compose(_ -> find(change.connection(), id));
    }

    /** The rules of an owner that were not archived, oldest first, as they stay until the change ends. */
    Future<List<R>> lockOf(Change change, Scope.Owner owner, String ownerId) {
        return lockAll(change).compose(_ -> of(change.connection(), owner, List.of(ownerId)));
    }

    /** Stores a new rule, where there is room for it. */
    Future<R> create(Change change, R record) {
        return lockAll(change)
                .compose(_ -> mustHaveRoom(change, record))
                .compose(_ -> RuleTable.<RuleRecord>insert(change, "rule", RULE, record))
                .compose(_ -> insert(change, table, columns, record))
                .compose(_ -> read(change, record));
    }

    /** Writes what may change of a rule. */
    Future<R> update(Change change, R record) {
        return RuleTable.<RuleRecord>update(change, "rule", RULE, record)
                .compose(_ -> update(change, table, columns, record))
                .compose(_ -> read(change, record));
    }

    /** Ends a rule for good. */
    Future<R> archive(Change change, R record) {
        return change.connection()
                .preparedQuery("update rule set archived_at = now() where id = $1")
                .execute(Tuple.of(record.rule().id()))
                .compose(_ -> read(change, record));
    }

    /** Rules from the newest on, after the one whose id is the cursor. */
    Future<List<R>> list(RuleFilter filter, String cursor, int limit) {
        List<String> conditions = new ArrayList<>();
        Tuple values = Tuple.tuple();
        add(conditions, values, "organization_id = ", filter.organizationId());
        add(
                conditions,
                values,
                "owner = ",
                filter.owner() == null ? null : filter.owner().label());
        add(conditions, values, "owner_id = ", filter.ownerId());
        add(conditions, values, "enabled = ", filter.enabled());
        switch (filter.state()) {
            case ACTIVE -> conditions.add("archived_at is null");
            case ENDED -> conditions.add("archived_at is not null");
            case ALL -> {}
        }
        if (!cursor.isEmpty()) {
            if (!RuleRows.isPlain(cursor)) {
                throw new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
            }
            values.addValue(cursor);
            conditions.add("(created_at, id) < (select created_at, id from rule where id = $" + values.size() + ")");
        }
        String where = conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        return Database.answer(
                pool.preparedQuery(selected + where + " order by created_at desc, id desc limit " + limit)
                        .execute(values)
                        .map(this::all));
    }

    /** The rules of owners that were not archived, oldest first. */
    Future<List<R>> of(SqlClient client, Scope.Owner owner, List<String> ownerIds) {
        return client.preparedQuery(selected
                        + " where owner = $1 and owner_id = any ($2) and archived_at is null order by created_at, id")
                .execute(Tuple.of(owner.label()).addArrayOfString(ownerIds.toArray(String[]::new)))
                .map(this::all);
    }

    private static Future<Void> lockAll(Change change) {
        return change.connection()
                .query("select from limits_version for update")
                .execute()
                .mapEmpty();
    }

    private Future<Void> mustHaveRoom(Change change, R record) {
        Scope scope = record.rule().scope();
        String organizationId = record.state().organizationId();
        return change.connection()
                .preparedQuery("select (select count(*) from rule join " + table + " using (id)"
                        + "  where owner = $1 and owner_id = $2 and archived_at is null),"
                        + " (select count(*) from rule join " + table + " using (id)"
                        + "  where organization_id = $3 and archived_at is null)")
                .execute(Tuple.of(scope.owner().label(), scope.ownerId(), organizationId))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    mustBeLess(
                            row.getLong(0),
                            OF_OWNER_MAX,
                            "of this " + scope.owner().label());
                    mustBeLess(row.getLong(1), OF_ORGANIZATION_MAX, "of this organization");
                    return null;
                });
    }

    private static void mustBeLess(long count, int max, String whose) {
        if (count >= max) {
            throw new Problem(
                    ProblemCode.CONFLICT,
                    "There are " + count + " rules of this kind " + whose + " (expected: fewer than " + max
                            + "; archive what is not needed).");
        }
    }

    private static <T extends RuleRecord> Future<Void> insert(
            Change change, String into, List<Column<T>> all, T record) {
        Tuple values = Tuple.of(record.rule().id());
        StringBuilder names = new StringBuilder("id");
        StringBuilder places = new StringBuilder("$1");
        for (Column<T> column : all) {
            values.addValue(column.value.apply(record));
            names.append(", ").append(column.name);
            places.append(", $").append(values.size());
        }
        return change.connection()
                .preparedQuery("insert into " + into + " (" + names + ") values (" + places + ")")
                .execute(values)
                .mapEmpty();
    }

    private static <T extends RuleRecord> Future<Void> update(
            Change change, String which, List<Column<T>> all, T record) {
        Tuple values = Tuple.of(record.rule().id());
        List<String> settings = new ArrayList<>();
        for (Column<T> column : all) {
            values.addValue(column.value.apply(record));
            settings.add(column.name + " = $" + values.size());
        }
        return change.connection()
                .preparedQuery("update " + which + " set " + String.join(", ", settings) + " where id = $1")
                .execute(values)
                .mapEmpty();
    }

    private Future<R> read(Change change, R record) {
        return find(change.connection(), record.rule().id()).map(Optional::orElseThrow);
    }

    private Future<Optional<R>> find(SqlClient client, String id) {
        if (!RuleRows.isPlain(id)) {
            return Future.succeededFuture(Optional.empty());
        }
        return client.preparedQuery(selected + " where id = $1")
                .execute(Tuple.of(id))
                .map(rows -> all(rows).stream().findFirst());
    }

    private List<R> all(RowSet<Row> rows) {
        List<R> found = new ArrayList<>(rows.size());
        rows.forEach(row -> found.add(reader.apply(row)));
        return found;
    }

    private static void add(List<String> conditions, Tuple values, String condition, @Nullable Object value) {
        if (value != null) {
            values.addValue(value);
            conditions.add(condition + "$" + values.size());
        }
    }

    private static String @Nullable [] models(Scope scope) {
        return scope.models() == null ? null : scope.models().written().toArray(String[]::new);
    }
}
