package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Database;
import dev.tollgate.limits.rules.Drift;
import dev.tollgate.limits.rules.WindowUse;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How windows of budgets stand, over all replicas. */
public final class PgBudgetUse {
    private static final int DRIFTS_MAX = 1_000;

    private static final String LIST = """
            select w.id, w.subject, w.state, w.carried, w.target_amount, w.amount,
                   case when w.starts_at > '2000-01-01' then w.starts_at end as starts_at,
                   case when w.ends_at < '9999-01-01' then w.ends_at end as ends_at,
                   u.used, u.settled, u.in_doubt, u.durable,
                   (select coalesce(sum(d.amount), 0) from doubt as d where d.window_id = w.id and d.state = 'charged')
                       as charged
            from (select * from budget_window
                  where budget_id = $1 and ($2::text is null or subject = $2) and ($3::text is null or state = $3)
                    and ($4::bigint is null or id < $4)
                  order by id desc limit $5) as w
            cross join lateral use_of(w.id) as u
            order by w.id desc
            """;

    private final Pool pool;

    public PgBudgetUse(Pool pool) {
        this.pool = pool;
    }

    /**
     * Windows of a budget from the newest on.
     *
     * @param subject whose, or null for all
     * @param open whether those are asked for that are open, or those that are closed; null is all
     * @param before the id of the last one known, or null
     */
    public Future<List<WindowUse>> list(
            String budgetId, @Nullable String subject, @Nullable Boolean open, @Nullable Long before, int limit) {
        String state = open == null ? null : open ? "open" : "closed";
        return Database.answer(pool.preparedQuery(LIST)
                .execute(Tuple.of(budgetId, subject, state, before, limit))
                .map(rows -> {
                    List<WindowUse> windows = new ArrayList<>(rows.size());
                    rows.forEach(row -> windows.add(window(row)));
                    return windows;
                }));
    }

    /** Where figures of windows don't fit together, as of one moment; at most a thousand of them. */
    public Future<List<Drift>> drift() {
        return Database.answer(pool.withTransaction(connection -> connection
                .query("set transaction isolation level repeatable read, read only")
                .execute()
                .compose(_ -> connection
                        .query("select * from budget_drift() order by window_id, what limit " + DRIFTS_MAX)
                        .execute())
                .map(PgBudgetUse::drifts)));
    }

    private static List<Drift> drifts(RowSet<Row> rows) {
        List<Drift> drifts = new ArrayList<>(rows.size());
        rows.forEach(row -> drifts.add(new Drift(
                row.getLong("window_id"),
                row.getString("what"),
                row.getNumeric("expected").longValue(),
                row.getNumeric("actual").longValue())));
        return drifts;
    }

    private static WindowUse window(Row row) {
        long settled = row.getLong("settled");
        long doubted = row.getLong("in_doubt");
        long durable = row.getLong("durable");
        long charged = row.getNumeric("charged").longValue();
        return new WindowUse(
                row.getLong("id"),
                row.getString("subject"),
                RuleRows.instant(row, "starts_at"),
                RuleRows.instant(row, "ends_at"),
                row.getString("state").equals("open"),
                row.getLong("carried"),
                row.getLong("target_amount"),
                row.getLong("amount"),
                settled + charged,
                row.getLong("used") - settled - doubted - durable,
                doubted - charged,
                durable);
    }
}
