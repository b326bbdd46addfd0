package dev.tollgate.tenancy.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.Profile;
import dev.tollgate.tenancy.Stamps;
import dev.tollgate.tenancy.TenantFilter;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One of the tables of tenants, and the SQL that they have in common.
 *
 * @param <T> what a row is
 */
final class TenantTable<T> {
    private static final List<Column<Profile>> PROFILE = List.of(
            new Column<>("name", Profile::name),
            new Column<>("owner", Profile::owner),
            new Column<>("tags", profile -> new JsonObject(new HashMap<>(profile.tags()))),
            new Column<>("metadata", Profile::metadata),
            new Column<>("enabled", Profile::enabled),
            new Column<>("expires_at", profile -> time(profile.expiresAt())),
            new Column<>(
                    "allowed_models",
                    profile -> profile.allowedModels() == null
                            ? null
                            : profile.allowedModels().toArray(String[]::new)));

    private final Pool pool;
    private final Form<T> form;
    private final List<Column<T>> columns;

    /**
     * What a table is like.
     *
     * @param id the column of the id
     * @param ended the column that says when a row was archived or revoked
     * @param moreSelected what is selected beside the table's columns, beginning with a comma, or an empty text
     * @param columns those that a change may write, beside those of the profile
     */
    record Form<T>(
            String table,
            String id,
            String ended,
            String moreSelected,
            List<Column<T>> columns,
            Function<T, Profile> profile,
            Function<T, String> rowId,
            Function<T, Stamps> stamps,
            Function<Row, T> reader) {}

    /** A column, and how it is filled. */
    record Column<T>(String name, Function<T, @Nullable Object> value) {}

    TenantTable(Pool pool, Form<T> form) {
        this.pool = pool;
        this.form = form;
        this.columns = new ArrayList<>(form.columns);
        for (Column<Profile> column : PROFILE) {
            columns.add(new Column<>(column.name, row -> column.value.apply(form.profile.apply(row))));
        }
    }

    Future<Optional<T>> find(String id) {
        return Database.answer(find(pool, id));
    }

    /**
     * The row as it stays until the change ends: all changes of tenants wait for one another, so that versions come into
     * sight in their order.
     */
    Future<Optional<T>> lock(Change change, String id) {
        return change.connection()
                .query("select from tenancy_version for update")
                .execute()
                .compose(_ -> find(change.connection(), id));
    }

    /** The rows of an organization that have not ended and have a name, as they stay until the change ends. */
    Future<List<T>> lockNamed(Change change, String organizationId, String name) {
        return change.connection()
                .query("select from tenancy_version for update")
                .execute()
                .compose(_ -> change.connection()
                        .preparedQuery("select " + selected() + " from " + form.table
                                + " where organization_id = $1 and name = $2 and " + form.ended + " is null")
                        .execute(Tuple.of(organizationId, name)))
                .map(this::all);
    }

    /** Inserts a row, with columns that are no part of it. */
    Future<T> insert(Change change, T row, List<Column<T>> more) {
        Tuple values = Tuple.of(form.rowId.apply(row));
        StringBuilder names = new StringBuilder(form.id);
        StringBuilder places = new StringBuilder("$1");
        for (Column<T> column : Stream.concat(columns.stream(), more.stream()).toList()) {
            values.addValue(column.value.apply(row));
            names.append(", ").append(column.name);
            places.append(", $").append(values.size());
        }
        return one(
                change,
                "insert into " + form.table + " (" + names + ") values (" + places + ") returning " + selected(),
                values);
    }

    /** Writes what may change of a row. */
    Future<T> update(Change change, T row) {
        Tuple values = Tuple.of(form.rowId.apply(row));
        StringBuilder settings = new StringBuilder();
        for (Column<T> column : columns) {
            values.addValue(column.value.apply(row));
            settings.append(settings.isEmpty() ? "" : ", ")
                    .append(column.name)
                    .append(" = $")
                    .append(values.size());
        }
        return set(change, settings.toString(), values);
    }

    /** Sets columns of the row whose id is the first of the values. */
    Future<T> set(Change change, String settings, Tuple values) {
        return one(
                change,
                "update " + form.table + " set " + settings + " where " + form.id + " = $1 returning " + selected(),
                values);
    }

    /** Ends every row that a condition on {@code $1} finds and that has not ended, and tells how many. */
    Future<Integer> endAll(Change change, String condition, String id) {
        return change.connection()
                .preparedQuery("update " + form.table + " set " + form.ended + " = now() where " + condition + " and "
                        + form.ended + " is null")
                .execute(Tuple.of(id))
                .map(RowSet::rowCount);
    }

    /** Rows from the newest on, after the one that a cursor tells. */
    Future<List<T>> list(TenantFilter filter, String cursor, int limit) {
        Conditions conditions = new Conditions();
        conditions.add(form.table.equals("organization") ? "id = ?" : "organization_id = ?", filter.organizationId());
        conditions.add("client_id = ?", filter.clientId());
        conditions.add("enabled = ?", filter.enabled());
        conditions.add("starts_with(name, ?)", filter.namePrefix());
        if (filter.tagValue() == null) {
            conditions.add("jsonb_exists(tags, ?)", filter.tag());
        } else {
            conditions.add("tags @> ?", new JsonObject().put(String.valueOf(filter.tag()), filter.tagValue()));
        }
        switch (filter.state()) {
            case ACTIVE -> conditions.add(form.ended + " is null");
            case ENDED -> conditions.add(form.ended + " is not null");
            case ALL -> {}
        }
        if (!cursor.isEmpty()) {
            Place place = Place.parse(cursor);
            conditions.add(
                    "(created_at, " + form.id + ") < (?, ?)", place.createdAt.atOffset(ZoneOffset.UTC), place.id);
        }
        String sql = "select " + selected() + " from " + form.table + conditions.sql() + " order by created_at desc, "
                + form.id + " desc limit " + limit;
        return Database.answer(
                pool.preparedQuery(sql).execute(conditions.values).map(this::all));
    }

    /** What {@link #list} goes on after. */
    String cursor(T row) {
        return new Place(form.stamps.apply(row).createdAt(), form.rowId.apply(row)).toString();
    }

    private Future<Optional<T>> find(SqlClient client, String id) {
        if (!isPlain(id)) {
            return Future.succeededFuture(Optional.empty());
        }
        return client.preparedQuery("select " + selected() + " from " + form.table + " where " + form.id + " = $1")
                .execute(Tuple.of(id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(form.reader.apply(rows.iterator().next())));
    }

    private List<T> all(RowSet<Row> rows) {
        List<T> found = new ArrayList<>(rows.size());
        rows.forEach(row -> found.add(form.reader.apply(row)));
        return found;
    }

    private Future<T> one(Change change, String sql, Tuple values) {
        return change.connection()
                .preparedQuery(sql)
                .execute(values)
                .map(rows -> form.reader.apply(rows.iterator().next()));
    }

    private String selected() {
        return form.table + ".*" + form.moreSelected;
    }

    /** Whether a text can be an id; others may have what PostgreSQL's texts can't. */
    private static boolean isPlain(String id) {
        return id.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    static Profile profile(Row row) {
        Map<String, String> tags = new TreeMap<>();
        row.getJsonObject("tags").forEach(tag -> tags.put(tag.getKey(), String.valueOf(tag.getValue())));
        String[] models = row.getArrayOfStrings("allowed_models");
        return new Profile(
                row.getString("name"),
                row.getString("owner"),
                Collections.unmodifiableMap(tags),
                row.getJsonObject("metadata"),
                row.getBoolean("enabled"),
                instant(row, "expires_at"),
                models == null ? null : List.of(models));
    }

    static Stamps stamps(Row row, String ended) {
        return new Stamps(
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                instant(row, ended),
                row.getLong("version"));
    }

    static @Nullable Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** What is asked of rows, all of it. */
    private static final class Conditions {
        private final List<String> conditions = new ArrayList<>();
        private final Tuple values = Tuple.tuple();

        void add(String condition) {
            conditions.add(condition);
        }

        /** Adds a condition on values, each of which stands for a {@code ?}; none where the first is null. */
        void add(String condition, @Nullable Object... given) {
            if (given[0] == null) {
                return;
            }
            String numbered = condition;
            for (Object value : given) {
                values.addValue(value);
                numbered = numbered.replaceFirst("\\?", "\\$" + values.size());
            }
            conditions.add(numbered);
        }

        String sql() {
            return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
        }
    }

    /** A row's place in a list. Its text is a cursor. */
    private record Place(Instant createdAt, String id) {
        static Place parse(String text) {
            int end = text.indexOf('_');
            try {
                long micros = Long.parseLong(text.substring(0, Math.max(end, 0)));
                String id = text.substring(end + 1);
                if (micros >= 0 && isPlain(id)) {
                    return new Place(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), id);
                }
            } catch (NumberFormatException e) {
                // told below, like every other text that is no cursor
            }
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
        }

        @Override
        public String toString() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, createdAt) + "_" + id;
        }
    }
}
