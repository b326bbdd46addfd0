package dev.tollgate.limits.budget.pg;

import dev.tollgate.limits.budget.BudgetStanding;
import dev.tollgate.limits.budget.ShareStore.Standing;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How budgets stand, over all replicas. */
public final class PgStandings {
    private static final long PATIENCE_SECONDS = 10;

    private final Pool pool;

    public PgStandings(Pool pool) {
        this.pool = pool;
    }

    /** The standing of each budget for its subject, in the order in which they are asked. */
    public Future<List<BudgetStanding>> of(List<String> budgetIds, List<String> subjects) {
        if (budgetIds.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return pool.preparedQuery("""
                        select coalesce(w.target_amount, multiplied(b.amount, b.multiplier)),
                               coalesce(u.settled, 0), coalesce(u.in_doubt, 0), coalesce(u.used, 0), w.ends_at
                        from unnest($1::text[], $2::text[]) with ordinality as asked (budget_id, subject, place)
                        join budget as b on b.id = asked.budget_id
                        left join budget_window as w on w.budget_id = asked.budget_id and w.subject = asked.subject
                            and w.starts_at <= now() and w.ends_at > now()
                        left join lateral use_of(w.id) as u on w.id is not null
                        order by asked.place
                        """)
                .execute(Tuple.tuple()
                        .addArrayOfString(budgetIds.toArray(String[]::new))
                        .addArrayOfString(subjects.toArray(String[]::new)))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .map(rows -> {
                    List<BudgetStanding> standings = new ArrayList<>();
                    rows.forEach(row -> standings.add(standing(row)));
                    return standings;
                });
    }

    private static BudgetStanding standing(Row row) {
        Standing standing = new Standing(row.getLong(0), row.getLong(1), row.getLong(2), row.getLong(3));
        OffsetDateTime ends = row.getOffsetDateTime(4);
        return new BudgetStanding(standing, ends == null ? 0 : ends.toInstant().toEpochMilli());
    }
}
