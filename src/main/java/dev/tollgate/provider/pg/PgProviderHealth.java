package dev.tollgate.provider.pg;

import dev.tollgate.access.pg.Database;
import dev.tollgate.provider.AccountHealth.Traffic;
import dev.tollgate.provider.health.Evidence;
import dev.tollgate.provider.health.HealthChange;
import dev.tollgate.provider.health.HealthReport;
import dev.tollgate.provider.health.HealthReport.Check;
import dev.tollgate.provider.health.HealthReport.Uptime;
import dev.tollgate.provider.health.HealthState;
import dev.tollgate.provider.health.Judgement;
import dev.tollgate.provider.health.Turn;
import dev.tollgate.provider.health.Watched;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How accounts stand, in PostgreSQL, whose clock is the one that counts: one for all replicas. */
public final class PgProviderHealth {
    private static final int FORGOTTEN_AT_ONCE = 1_000;
    private static final double MILLIS = 1e3;

    private final Pool pool;

    public PgProviderHealth(Pool pool) {
        this.pool = pool;
    }

    /** Makes accounts known, each due for a check at some moment of its first interval, so that they are spread over it. */
    public Future<Void> know(Collection<Watched> accounts, Duration interval) {
        JsonArray rows = new JsonArray();
        accounts.forEach(each -> rows.add(new JsonObject()
                .put("account_id", each.account().id())
                .put("organization_id", each.account().owner().organizationId())
                .put("name", each.name())
                .put("provider", each.account().provider())));
        return pool.preparedQuery("""
                insert into provider_health as h (account_id, organization_id, name, provider, due_at)
                select t.*, now() + make_interval(secs => $2 * random())
                from jsonb_to_recordset($1) as t (account_id text, organization_id text, name text, provider text)
                order by account_id
                on conflict (account_id) do update
                set organization_id = excluded.organization_id, name = excluded.name, provider = excluded.provider
                """)
                .execute(Tuple.of(rows, seconds(interval)))
                .mapEmpty();
    }

    /** Adds what requests came to on this replica. */
    public Future<Void> tell(Map<String, Traffic> traffic) {
        JsonArray rows = new JsonArray();
        traffic.forEach((id, each) -> rows.add(new JsonObject()
                .put("account_id", id)
                .put("attempts", each.attempts())
                .put("faults", each.faults())));
        return pool.preparedQuery("""
                with told as (
                    select * from jsonb_to_recordset($1) as t (account_id text, attempts bigint, faults bigint)
                ), locked as materialized ( -- in one order, so that two replicas never wait for each other
                    select h.account_id from provider_health as h join told using (account_id)
                    order by h.account_id for update of h
                )
                update provider_health as h set attempts = h.attempts + told.attempts, faults = h.faults + told.faults
                from told join locked using (account_id)
                where h.account_id = told.account_id
                """).execute(Tuple.of(rows)).mapEmpty();
    }

    /**
     * Takes on the checks that are due now, each of which no other replica has then; it is due again after the interval.
     *
     * @param accounts those that this process can check
     */
    public Future<List<Turn>> take(String[] accounts, Duration interval, int atMost) {
        return pool.preparedQuery("select * from take_provider_checks($1, make_interval(secs => $2), $3)")
                .execute(Tuple.of(accounts, seconds(interval), atMost))
                .map(rows -> {
                    List<Turn> turns = new ArrayList<>();
                    rows.forEach(row -> turns.add(turn(row)));
                    return turns;
                });
    }

    private static Turn turn(Row row) {
        List<HealthState> found = Arrays.stream(row.getArrayOfStrings("findings"))
                .map(HealthState::of)
                .toList();
        return new Turn(
                row.getString("account_id"),
                row.getLong("turn"),
                new Judgement(HealthState.of(row.getString("state")), found),
                new Traffic(row.getLong("attempts"), row.getLong("faults")));
    }

    /**
     * Takes in what a check came to: a change of state is kept and told, and trouble that lasts is told again at each step.
     * Tells whether it was taken in, and not overtaken by another check.
     *
     * @param againIn when the next check is due at the latest
     */
    public Future<Boolean> judge(
            Turn turn, Judgement next, Evidence evidence, Duration againIn, List<Duration> escalations) {
        return pool.preparedQuery("""
                select judge_provider($1, $2, $3, $4, $5, $6, $7, $8, $9, make_interval(secs => $10),
                    array(select make_interval(secs => s) from unnest($11::double precision[]) as s))
                """)
                .execute(Tuple.from(new @Nullable Object[] {
                    turn.accountId(),
                    turn.number(),
                    next.state().label(),
                    evidence.reason(),
                    next.found().stream().map(HealthState::label).toArray(String[]::new),
                    evidence.answer().outcome().label(),
                    evidence.answer().millis(),
                    turn.traffic().attempts(),
                    turn.traffic().faults(),
                    seconds(againIn),
                    escalations.stream().map(PgProviderHealth::seconds).toArray(Double[]::new)
                }))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** Of these accounts those that are not up. */
    public Future<Map<String, HealthState>> troubled(String[] accounts) {
        return pool.preparedQuery(
                        "select account_id, state from provider_health where state <> 'up' and account_id = any ($1)")
                .execute(Tuple.of((Object) accounts))
                .map(rows -> {
                    Map<String, HealthState> troubled = new HashMap<>();
                    rows.forEach(
                            row -> troubled.put(row.getString("account_id"), HealthState.of(row.getString("state"))));
                    return troubled;
                });
    }

    /** How accounts stand, by their ids; without those that were never known. */
    public Future<Map<String, HealthReport>> reports(Collection<String> accounts) {
        return Database.answer(pool.preparedQuery("""
                select *, provider_uptime(account_id, array[interval '24 h', interval '7 d', interval '30 d']) as uptime
                from provider_health where account_id = any ($1)
                """)
                .execute(Tuple.of((Object) accounts.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, HealthReport> reports = new HashMap<>();
                    rows.forEach(row -> reports.put(row.getString("account_id"), report(row)));
                    return reports;
                }));
    }

    private static HealthReport report(Row row) {
        @Nullable Double[] uptime = row.getArrayOfDoubles("uptime");
        boolean checked = row.getOffsetDateTime("checked_at") != null;
        return new HealthReport(
                HealthState.of(row.getString("state")),
                row.getOffsetDateTime("since").toInstant(),
                row.getString("reason"),
                checked
                        ? new Check(
                                row.getOffsetDateTime("checked_at").toInstant(),
                                row.getString("answer"),
                                row.getInteger("answer_millis"))
                        : null,
                new Uptime(uptime[0], uptime[1], uptime[2]));
    }

    /** Changes of an account's state, the newest first. @param before the number of the one after them */
    public Future<List<HealthChange>> changes(String account, long before, int limit) {
        return Database.answer(pool.preparedQuery("""
                select * from provider_health_change where account_id = $1 and seq < $2 order by seq desc limit $3
                """)
                .execute(Tuple.of(account, before, limit))
                .map(rows -> {
                    List<HealthChange> changes = new ArrayList<>();
                    rows.forEach(row -> changes.add(new HealthChange(
                            row.getLong("seq"),
                            HealthState.of(row.getString("from_state")),
                            HealthState.of(row.getString("to_state")),
                            row.getString("reason"),
                            row.getOffsetDateTime("at").toInstant())));
                    return changes;
                }));
    }

    /** Forgets what is older, batch by batch; the latest change of each account stays. */
    public Future<Void> forget(Instant before) {
        return pool.preparedQuery("select forget_provider_health($1, $2)")
                .execute(Tuple.of(before.atOffset(ZoneOffset.UTC), FORGOTTEN_AT_ONCE))
                .compose(rows -> rows.iterator().next().getInteger(0) < FORGOTTEN_AT_ONCE
                        ? Future.succeededFuture()
                        : forget(before));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS;
    }
}
