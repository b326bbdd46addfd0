package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.rules.Increase;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Increases of budgets in PostgreSQL. */
public final class PgIncreases {
    /** Those that have not ended. */
    private static final int OF_BUDGET_MAX = 1_000;

    private final Pool pool;

    public PgIncreases(Pool pool) {
        this.pool = pool;
    }

    /** Increases of a budget from the newest on. */
    public Future<List<Increase>> list(String budgetId, String cursor, int limit) {
        return Database.answer(pool.preparedQuery("""
                        select * from budget_increase
                        where budget_id = $1 and ($2 = '' or (created_at, id) <
                              (select created_at, id from budget_increase where id = $2))
                        order by created_at desc, id desc limit $3
                        """)
                .execute(Tuple.of(budgetId, cursor, limit))
                .map(rows -> {
                    List<Increase> found = new ArrayList<>(rows.size());
                    rows.forEach(row -> found.add(increase(row)));
                    return found;
                }));
    }

    /**
     * Stores an increase, and puts it in force when it begins.
     *
     * @param atOnce whether it begins now, by the clock of the database
     */
    public Future<Increase> create(Change change, Increase increase, boolean atOnce) {
        return change.connection()
                .preparedQuery("select count(*) from budget_increase where budget_id = $1 and ends_at > now()")
                .execute(Tuple.of(increase.budgetId()))
                .compose(rows -> {
                    if (rows.iterator().next().getLong(0) >= OF_BUDGET_MAX) {
                        throw new Problem(
                                ProblemCode.CONFLICT,
                                "The budget has " + OF_BUDGET_MAX
                                        + " increases that have not ended (expected: fewer).");
                    }
                    return change.connection()
                            .preparedQuery("""
                                    insert into budget_increase (id, budget_id, subject, amount, starts_at, ends_at, reason)
                                    values ($1, $2, $3, $4, case when $8 then now() else $5 end, $6, $7) returning *
                                    """)
                            .execute(Tuple.from(List.of(
                                    increase.id(),
                                    increase.budgetId(),
                                    increase.subject(),
                                    increase.amount(),
                                    increase.startsAt().atOffset(ZoneOffset.UTC),
                                    increase.endsAt().atOffset(ZoneOffset.UTC),
                                    increase.reason(),
                                    atOnce)));
                })
                .map(rows -> increase(rows.iterator().next()))
                .compose(created -> Windows.retarget(change.connection(), created.budgetId(), created.subject())
                        .map(created));
    }

    public Future<Optional<Increase>> find(Change change, String budgetId, String id) {
        if (!RuleRows.isPlain(id)) {
            return Future.succeededFuture(Optional.empty());
        }
        return change.connection()
                .preparedQuery("select * from budget_increase where budget_id = $1 and id = $2 for update")
                .execute(Tuple.of(budgetId, id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(increase(rows.iterator().next())));
    }

    /** Ends an increase now; one that has not begun never was. */
    public Future<Void> end(Change change, Increase increase) {
        return change.connection()
                .preparedQuery("delete from budget_increase where id = $1 and starts_at >= now()")
                .execute(Tuple.of(increase.id()))
                .compose(_ -> change.connection()
                        .preparedQuery("update budget_increase set ends_at = now() where id = $1 and ends_at > now()")
                        .execute(Tuple.of(increase.id())))
                .compose(_ -> Windows.retarget(change.connection(), increase.budgetId(), increase.subject()));
    }

    private static Increase increase(Row row) {
        return new Increase(
                row.getString("id"),
                row.getString("budget_id"),
                row.getString("subject"),
                row.getLong("amount"),
                row.getOffsetDateTime("starts_at").toInstant(),
                row.getOffsetDateTime("ends_at").toInstant(),
                row.getString("reason"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}
