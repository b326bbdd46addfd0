package dev.tollgate.alerts.pg;

import dev.tollgate.alerts.Attempt;
import dev.tollgate.alerts.Deliveries;
import dev.tollgate.alerts.Delivery;
import dev.tollgate.vault.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Deliveries in PostgreSQL. Times are the database's, so that the clocks of replicas don't matter. */
public final class PgDeliveries implements Deliveries {
    /** Longer than any attempt takes. */
    static final Duration LEASE = Duration.ofMinutes(2);

    /** A database that hangs is asked again; what it gave out meanwhile comes back with its lease. */
    private static final long PATIENCE_SECONDS = 30;

    /**
     * A few of each channel, so that one with many does not keep the others waiting. What was taken for the last time by a
     * sender that never came back is dead. Types that only the next version knows are left to it.
     */
    private static final String TAKE = """
            with due as materialized (
                select d.seq, d.attempts_left
                from alert_channel c cross join lateral (
                    select seq, attempts_left from alert_delivery
                    where channel_id = c.id and state = 'waiting' and due_at <= now()
                    order by due_at limit 4 for update skip locked) d
                where c.enabled and c.deleted_at is null and c.type in ('webhook', 'slack', 'teams', 'email')
                  and c.id in (select channel_id from alert_delivery where state = 'waiting' and due_at <= now())
                limit $1),
            lost as (
                update alert_delivery d set state = 'dead', ended_at = now()
                from due where d.seq = due.seq and due.attempts_left = 0),
            taken as (
                update alert_delivery d
                set attempt = d.attempt + 1, attempts_left = d.attempts_left - 1, due_at = now() + $2::bigint * interval '1 millisecond'
                from due where d.seq = due.seq and due.attempts_left > 0
                returning d.*),
            begun as (
                insert into alert_attempt (delivery_seq, attempt) select seq, attempt from taken)
            select d.seq, d.attempt, d.attempts_left, %s, %s
            from taken d join alert a on a.seq = d.alert_seq join alert_channel c on c.id = d.channel_id
            """.formatted(AlertRows.ALERT, AlertRows.CHANNEL);

    /** Also where the lease has ended meanwhile: it has arrived. */
    private static final String DELIVERED = """
            with told as (
                update alert_attempt set delivered = true, status = $3, latency_millis = $4
                where delivery_seq = $1 and attempt = $2)
            update alert_delivery set state = 'delivered', ended_at = now()
            where seq = $1 and state in ('waiting', 'dead')
            """;

    private static final String FAILED = """
            with told as (
                update alert_attempt set delivered = false, status = $3, latency_millis = $4, error = $5
                where delivery_seq = $1 and attempt = $2)
            update alert_delivery
            set state = case when $6::bigint is null then 'dead' else 'waiting' end,
                due_at = coalesce(now() + $6::bigint * interval '1 millisecond', due_at),
                ended_at = case when $6::bigint is null then now() end
            where seq = $1 and attempt = $2 and state = 'waiting'
            """;

    private final Pool pool;
    private final Vault vault;

    /** @param vault opens the secrets of channels */
    public PgDeliveries(Pool pool, Vault vault) {
        this.pool = pool;
        this.vault = vault;
    }

    @Override
    public Future<List<Delivery>> take(int max) {
        return pool.preparedQuery(TAKE)
                .execute(Tuple.of(max, LEASE.toMillis()))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .map(rows -> {
                    List<Delivery> taken = new ArrayList<>(rows.size());
                    rows.forEach(row -> taken.add(new Delivery(
                            row.getLong("seq"),
                            row.getInteger("attempt"),
                            row.getInteger("attempts_left"),
                            AlertRows.alert(row),
                            AlertRows.channel(row, vault))));
                    return taken;
                });
    }

    @Override
    public Future<Void> delivered(Delivery delivery, Attempt attempt) {
        return pool.preparedQuery(DELIVERED)
                .execute(Tuple.of(delivery.seq(), delivery.attempt(), status(attempt), (int) attempt.latencyMillis()))
                .mapEmpty();
    }

    @Override
    public Future<Void> retry(Delivery delivery, Attempt attempt, Duration wait) {
        return failed(delivery, attempt, wait);
    }

    @Override
    public Future<Void> giveUp(Delivery delivery, Attempt attempt) {
        return failed(delivery, attempt, null);
    }

    private Future<Void> failed(Delivery delivery, Attempt attempt, @Nullable Duration wait) {
        return pool.preparedQuery(FAILED)
                .execute(Tuple.from(new @Nullable Object[] {
                    delivery.seq(),
                    delivery.attempt(),
                    status(attempt),
                    (int) attempt.latencyMillis(),
                    attempt.error(),
                    wait == null ? null : wait.toMillis()
                }))
                .mapEmpty();
    }

    private static @Nullable Short status(Attempt attempt) {
        return attempt.status() == null ? null : attempt.status().shortValue();
    }
}
