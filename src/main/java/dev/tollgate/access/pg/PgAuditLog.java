package dev.tollgate.access.pg;

import dev.tollgate.access.AuditFilter;
import dev.tollgate.access.AuditRow;
import dev.tollgate.access.AuditVerdict;
import dev.tollgate.access.ChainWalk;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions to the audit log. Lines get into it by {@link Change#record} alone. */
public final class PgAuditLog {
    private static final int LINES_AT_ONCE = 1_000;

    private final Pool pool;

    public PgAuditLog(Pool pool) {
        this.pool = pool;
    }

    /** Lines that fit, newest first, before line {@code before}. */
    public Future<List<AuditRow>> newest(AuditFilter filter, long before, int limit) {
        return Database.answer(pool.preparedQuery("""
                        select seq, at, principal_id, principal_name, principal_role, remote_address, action, object_type,
                               object_id, organization_id, before, after, erased_at, encode(hash, 'hex')
                        from audit_log
                        where seq < $1
                          and ($2::text is null or organization_id = $2)
                          and ($3::text is null or principal_id = $3)
                          and ($4::text is null or action = $4)
                          and ($5::text is null or object_id = $5)
                          and ($6::timestamptz is null or at >= $6)
                          and ($7::timestamptz is null or at < $7)
                        order by seq desc limit $8
                        """)
                .execute(Tuple.from(new @Nullable Object[] {
                    before,
                    filter.organizationId(),
                    filter.principalId(),
                    filter.action(),
                    filter.objectId(),
                    utc(filter.from()),
                    utc(filter.to()),
                    limit
                }))
                .map(rows -> {
                    List<AuditRow> lines = new ArrayList<>(rows.size());
                    rows.forEach(row -> lines.add(line(row)));
                    return lines;
                }));
    }

    /**
     * Walks the whole chain, a thousand lines at a time, and tells the first line that is not what it was. The hashes are
     * computed here, not by the database.
     */
    public Future<AuditVerdict> verify() {
        return pool.withTransaction(connection -> connection
                .query("set transaction isolation level repeatable read, read only")
                .execute()
                .compose(_ ->
                        connection.query("select seq, hash from audit_head").execute())
                .compose(head -> walk(connection, head)));
    }

    private static Future<AuditVerdict> walk(SqlConnection connection, RowSet<Row> head) {
        ChainWalk walk = new ChainWalk();
        return connection
                .prepare("""
                        select seq, previous_hash, hash, content_hash, convert_to(audit_text(l), 'UTF8'),
                               convert_to(jsonb_build_array(salt, before, after)::text, 'UTF8'), erased_at is not null
                        from audit_log l order by seq
                        """)
                .compose(statement -> {
                    Cursor cursor = statement.cursor();
                    return read(cursor, walk).eventually(() -> cursor.close()).eventually(() -> statement.close());
                })
                .map(_ -> {
                    if (head.size() != 1) {
                        return walk.broken("the end of the chain is missing");
                    }
                    Row end = head.iterator().next();
                    return walk.end(end.getLong(0), end.getBuffer(1).getBytes());
                });
    }

    private static Future<Void> read(Cursor cursor, ChainWalk walk) {
        return cursor.read(LINES_AT_ONCE).compose(rows -> {
            for (Row row : rows) {
                walk.next(new ChainWalk.Link(
                        row.getLong(0),
                        row.getBuffer(1).getBytes(),
                        row.getBuffer(2).getBytes(),
                        row.getBuffer(3).getBytes(),
                        row.getBuffer(4).getBytes(),
                        row.getBuffer(5).getBytes(),
                        row.getBoolean(6)));
            }
            return cursor.hasMore() && !walk.isBroken() ? read(cursor, walk) : Future.succeededFuture();
        });
    }

    private static AuditRow line(Row row) {
        return new AuditRow(
                row.getLong(0),
                row.getOffsetDateTime(1).toInstant(),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.get(JsonObject.class, 10),
                row.get(JsonObject.class, 11),
                row.getOffsetDateTime(12) == null
                        ? null
                        : row.getOffsetDateTime(12).toInstant(),
                row.getString(13));
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
