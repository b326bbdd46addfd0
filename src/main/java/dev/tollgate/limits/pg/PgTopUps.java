package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.limits.rules.TopUp;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;

/** Top-ups of credits in PostgreSQL. */
public final class PgTopUps {
    private final Pool pool;

    public PgTopUps(Pool pool) {
        this.pool = pool;
    }

    /** Top-ups of a credit from the newest on. */
    public Future<List<TopUp>> list(String budgetId, String cursor, int limit) {
        return Database.answer(pool.preparedQuery("""
                        select * from credit_top_up
                        where budget_id = $1 and ($2 = '' or (created_at, id) <
                              (select created_at, id from credit_top_up where id = $2))
                        order by created_at desc, id desc limit $3
                        """)
                .execute(Tuple.of(budgetId, cursor, limit))
                .map(rows -> {
                    List<TopUp> found = new ArrayList<>(rows.size());
                    rows.forEach(row -> found.add(topUp(row)));
                    return found;
                }));
    }

    /** Stores a top-up; it may be spent at once. */
    public Future<TopUp> create(Change change, TopUp topUp) {
        return change.connection()
                .preparedQuery("""
                        insert into credit_top_up (id, budget_id, subject, amount, expires_at, reason)
                        values ($1, $2, $3, $4, $5, $6) returning *
                        """)
                .execute(Tuple.from(new Object[] {
                    topUp.id(),
                    topUp.budgetId(),
                    topUp.subject(),
                    topUp.amount(),
                    RuleRows.time(topUp.expiresAt()),
                    topUp.reason()
                }))
                .map(rows -> topUp(rows.iterator().next()))
                .compose(created -> Windows.retarget(change.connection(), created.budgetId(), created.subject())
                        .map(created));
    }

    private static TopUp topUp(Row row) {
        return new TopUp(
                row.getString("id"),
                row.getString("budget_id"),
                row.getString("subject"),
                row.getLong("amount"),
                row.getLong("forfeited"),
                RuleRows.instant(row, "expires_at"),
                RuleRows.instant(row, "expired_at"),
                row.getString("reason"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
