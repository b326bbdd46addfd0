package dev.tollgate.alerts.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.alerts.Alert;
import dev.tollgate.alerts.AlertFilter;
import dev.tollgate.alerts.DeliveryFilter;
import dev.tollgate.alerts.DeliveryRecord;
import dev.tollgate.alerts.DeliveryRecord.LoggedAttempt;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What was raised, and what became of it. */
public final class PgAlerts {
    private static final int ATTEMPTS_SHOWN_MAX = 100;

    private static final String ALERTS = "select " + AlertRows.ALERT + """
             from alert a
            where a.seq < $1
              and ($2::text is null or a.organization_id = $2)
              and ($3::text is null or a.kind = $3
                   or right($3, 1) = '*' and starts_with(a.kind, left($3, -1)))
              and ($4::smallint is null or a.severity >= $4)
              and ($5::timestamptz is null or a.occurred_at >= $5)
              and ($6::timestamptz is null or a.occurred_at < $6)
            order by a.seq desc limit $7
            """;

    /** With the log of its latest attempts; how many is the first parameter. */
    private static final String DELIVERIES = """
            select d.seq, d.id, a.id alert_id, a.kind, d.channel_id, c.organization_id, d.state, d.attempt,
                   d.attempts_left, case d.state when 'waiting' then d.due_at end due_at, d.created_at, d.ended_at,
                   (select coalesce(jsonb_agg(to_jsonb(t) - 'delivery_seq' order by t.attempt desc), '[]')
                    from (select * from alert_attempt where delivery_seq = d.seq order by attempt desc limit $1) t) log
            from alert_delivery d join alert a on a.seq = d.alert_seq join alert_channel c on c.id = d.channel_id
            """;

    private final Pool pool;

    public PgAlerts(Pool pool) {
        this.pool = pool;
    }

    /** Alerts, newest first, that were raised before the one of that number. */
    public Future<List<Alert>> newest(AlertFilter filter, long before, int limit) {
        return Database.answer(pool.preparedQuery(ALERTS)
                .execute(Tuple.from(new @Nullable Object[] {
                    before,
                    filter.organizationId(),
                    filter.kind(),
                    filter.severityMin() == null
                            ? null
                            : (short) filter.severityMin().ordinal(),
                    utc(filter.from()),
                    utc(filter.to()),
                    limit
                }))
                .map(rows -> all(rows, AlertRows::alert)));
    }

    /** Deliveries, newest first, before the one of that number, each with its latest attempt. */
    public Future<List<DeliveryRecord>> newest(DeliveryFilter filter, long before, int limit) {
        return Database.answer(pool.preparedQuery(DELIVERIES + """
                        where d.seq < $2
                          and ($3::text is null or c.organization_id = $3)
                          and ($4::text is null or d.channel_id = $4)
                          and ($5::text is null or a.id = $5)
                          and ($6::text is null or d.state = $6)
                        order by d.seq desc limit $7
                        """)
                .execute(Tuple.from(new @Nullable Object[] {
                    1, before, filter.organizationId(), filter.channelId(), filter.alertId(), filter.state(), limit
                }))
                .map(rows -> all(rows, PgAlerts::delivery)));
    }

    /** A delivery with its attempts. */
    public Future<Optional<DeliveryRecord>> find(String id) {
        return Database.answer(pool.preparedQuery(DELIVERIES + "where d.id = $2")
                .execute(Tuple.of(ATTEMPTS_SHOWN_MAX, id))
                .map(PgAlerts::first));
    }

    /** The same, locked until the change ends. */
    public Future<Optional<DeliveryRecord>> lock(Change change, String id) {
        return change.connection()
                .preparedQuery(DELIVERIES + "where d.id = $2 for update of d")
                .execute(Tuple.of(ATTEMPTS_SHOWN_MAX, id))
                .map(PgAlerts::first);
    }

    /** Makes a delivery wait again, with all its attempts before it, and wakes the senders. */
    public Future<DeliveryRecord> sendAgain(Change change, DeliveryRecord delivery) {
        return change.connection()
                .preparedQuery("""
                        with again as (
                            update alert_delivery
                            set state = 'waiting', attempts_left = alert_attempts_max(), due_at = now(), ended_at = null
                            where id = $1)
                        select pg_notify('tollgate_alert', '')
                        """)
                .execute(Tuple.of(delivery.id()))
                .compose(_ -> lock(change, delivery.id()))
                .map(Optional::orElseThrow);
    }

    /** Forgets alerts of which nothing waits, with their deliveries, and tells how many those were, at most 1,000. */
    public Future<Integer> forget(Instant raisedBefore) {
        return pool.preparedQuery("""
                        delete from alert where seq = any (array(
                            select seq from alert a
                            where raised_at < $1 and not exists (
                                select from alert_delivery where alert_seq = a.seq and state = 'waiting')
                            order by raised_at limit 1000 for update skip locked))
                        """)
                .execute(Tuple.of(raisedBefore.atOffset(ZoneOffset.UTC)))
                .map(RowSet::rowCount);
    }

    private static DeliveryRecord delivery(Row row) {
        return new DeliveryRecord(
                row.getLong("seq"),
                row.getString("id"),
                row.getString("alert_id"),
                row.getString("kind"),
                row.getString("channel_id"),
                row.getString("organization_id"),
                row.getString("state"),
                row.getInteger("attempt"),
                row.getInteger("attempts_left"),
                AlertRows.instantOrNull(row, "due_at"),
                AlertRows.instant(row, "created_at"),
                AlertRows.instantOrNull(row, "ended_at"),
                row.get(JsonArray.class, "log").stream()
                        .map(attempt -> attempt((JsonObject) attempt))
                        .toList());
    }

    private static LoggedAttempt attempt(JsonObject attempt) {
        return new LoggedAttempt(
                attempt.getInteger("attempt"),
                OffsetDateTime.parse(attempt.getString("begun_at")).toInstant(),
                attempt.getBoolean("delivered"),
                attempt.getInteger("status"),
                attempt.getInteger("latency_millis"),
                attempt.getString("error"));
    }

    private static Optional<DeliveryRecord> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(delivery(rows.iterator().next()));
    }

    private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> reading) {
        List<T> read = new ArrayList<>(rows.size());
        rows.forEach(row -> read.add(reading.apply(row)));
        return read;
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
