package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.RuleFilter;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Budgets in PostgreSQL. */
public final class PgBudgets {
    final RuleTable<BudgetRecord> table;

    public PgBudgets(Pool pool) {
        table = new RuleTable<>(
                pool,
                "budget",
                List.of(
                        new RuleTable.Column<>(
                                "measure", budget -> budget.rule().measure().label()),
                        new RuleTable.Column<>("amount", BudgetRecord::amount),
                        new RuleTable.Column<>("multiplier", BudgetRecord::multiplier),
                        new RuleTable.Column<>(
                                "period", budget -> period(budget).unit().label()),
                        new RuleTable.Column<>(
                                "zone", budget -> period(budget).zone().getId()),
                        new RuleTable.Column<>(
                                "week_start",
                                budget -> period(budget).weekStart().getValue()),
                        new RuleTable.Column<>(
                                "year_start",
                                budget -> period(budget).yearStart().getValue()),
                        new RuleTable.Column<>("carry_over", BudgetRecord::carryOver),
                        new RuleTable.Column<>("carry_over_max", BudgetRecord::carryOverMax),
                        new RuleTable.Column<>(
                                "thresholds",
                                budget -> budget.thresholds().stream()
                                        .map(Integer::shortValue)
                                        .toArray(Short[]::new))),
                PgBudgets::budget);
    }

    public Future<Optional<BudgetRecord>> find(String id) {
        return table.find(id);
    }

    /** The budget, which nobody else changes until the change ends. */
    public Future<Optional<BudgetRecord>> lock(Change change, String id) {
        return table.lock(change, id);
    }

    /** The budgets of an owner that were not archived, oldest first; nobody else changes them until the change ends. */
    public Future<List<BudgetRecord>> lockOf(Change change, Scope.Owner owner, String ownerId) {
        return table.lockOf(change, owner, ownerId);
    }

    /** Budgets from the newest on, after the one whose id is the cursor. */
    public Future<List<BudgetRecord>> list(RuleFilter filter, String cursor, int limit) {
        return table.list(filter, cursor, limit);
    }

    /** Stores a new budget; fails with a conflict where its owner has too many. */
    public Future<BudgetRecord> create(Change change, BudgetRecord budget) {
        return table.create(change, budget);
    }

    /**
     * Writes what may change of a budget. A new amount or multiplier is that of windows that have not begun; one that was opened ahead,
     * with other bounds than it would have now, goes if nobody has a share of it. Of a soft budget it stays: its replicas
     * have no shares, and would not hear of it.
     *
     * @param immediately whether windows that have begun have the new amount, too
     */
    public Future<BudgetRecord> update(Change change, BudgetRecord before, BudgetRecord after, boolean immediately) {
        SqlConnection connection = change.connection();
        String id = after.rule().id();
        boolean otherBounds = !after.rule().period().equals(before.rule().period())
                && before.rule().mode() != Mode.SOFT
                && after.rule().mode() != Mode.SOFT;
        return table.update(change, after)
                .compose(updated -> connection
                        .preparedQuery("""
                                select id from budget_window
                                where budget_id = $1 and state = 'open' and ends_at > now() and (starts_at > now() or $2)
                                order by id for update
                                """)
                        .execute(Tuple.of(id, immediately))
                        .compose(_ -> otherBounds ? removeUnused(connection, id) : Future.succeededFuture())
                        .compose(_ -> immediately
                                        || after.amount() != before.amount()
                                        || after.multiplier() != before.multiplier()
                                ? setAmounts(connection, id, immediately)
                                : Future.succeededFuture())
                        .map(updated));
    }

    /** Ends a budget for good. What it has counted stays. */
    public Future<BudgetRecord> archive(Change change, BudgetRecord budget) {
        return table.archive(change, budget);
    }

    /** A statement of its own, after the windows were locked: it sees the shares that were granted meanwhile. */
    private static Future<Void> removeUnused(SqlConnection connection, String id) {
        return connection.preparedQuery("""
                        delete from budget_window as w
                        where budget_id = $1 and starts_at > now() and carried = 0
                          and not exists (select from share_granted where window_id = w.id)
                          and not exists (select from share_settled where window_id = w.id)
                          and not exists (select from doubt where window_id = w.id)
                          and not exists (select from durable_hold where window_id = w.id)
                        """).execute(Tuple.of(id)).mapEmpty();
    }

    private static Future<Void> setAmounts(SqlConnection connection, String id, boolean immediately) {
        return connection
                .preparedQuery("""
                        update budget_window as w
                        set base_amount = base_amount_of(w, b)
                        from budget as b
                        where b.id = $1 and b.period <> 'credit' and w.budget_id = b.id and w.state = 'open'
                          and w.ends_at > now() and (w.starts_at > now() or $2)
                        """)
                .execute(Tuple.of(id, immediately))
                .compose(_ -> connection.preparedQuery("""
                                select set_target(id) from (
                                    select id from budget_window
                                    where budget_id = $1 and state = 'open' and ends_at > now()
                                      and (starts_at > now() or $2)
                                    order by id offset 0) as changed
                                """).execute(Tuple.of(id, immediately)))
                .mapEmpty();
    }

    private static Period period(BudgetRecord budget) {
        return budget.rule().period();
    }

    private static BudgetRecord budget(Row row) {
        return new BudgetRecord(
                RuleRows.budget(row),
                row.getLong("amount"),
                row.getInteger("multiplier"),
                row.getBoolean("carry_over"),
                row.getLong("carry_over_max"),
                Arrays.stream(row.getArrayOfShorts("thresholds"))
                        .map(Short::intValue)
                        .toList(),
                RuleRows.state(row));
    }
}
