package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.rules.Doubt;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is in doubt, in PostgreSQL. */
public final class PgDoubts {
    private static final String SELECT = """
            select d.*, w.budget_id, w.measure, rule.organization_id
            from doubt as d join budget_window as w on w.id = d.window_id join rule on rule.id = w.budget_id
            """;

    private final Pool pool;

    public PgDoubts(Pool pool) {
        this.pool = pool;
    }

    /**
     * Doubts from the newest on. What is null does not matter.
     *
     * @param before the id of the last one known, or null
     */
    public Future<List<Doubt>> list(
            @Nullable String organizationId,
            @Nullable String budgetId,
            Doubt.@Nullable State state,
            @Nullable Long before,
            int limit) {
        return Database.answer(pool.preparedQuery(SELECT + """
                        where ($1::text is null or rule.organization_id = $1)
                          and ($2::text is null or w.budget_id = $2)
                          and ($3::text is null or d.state = $3)
                          and ($4::bigint is null or d.id < $4)
                        order by d.id desc limit $5
                        """)
                .execute(Tuple.of(organizationId, budgetId, state == null ? null : state.label(), before, limit))
                .map(rows -> {
                    List<Doubt> found = new ArrayList<>(rows.size());
                    rows.forEach(row -> found.add(doubt(row)));
                    return found;
                }));
    }

    /** The doubt, which nobody else decides until the change ends. */
    public Future<Optional<Doubt>> lock(Change change, long id) {
        return change.connection()
                .preparedQuery("select from budget_window where id = (select window_id from doubt where id = $1)"
                        + " for no key update")
                .execute(Tuple.of(id))
                .compose(_ -> change.connection()
                        .preparedQuery(SELECT + "where d.id = $1 for update of d")
                        .execute(Tuple.of(id)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(doubt(rows.iterator().next())));
    }

    /** Decides what becomes of a doubt that was locked before. */
    public Future<Doubt> decide(Change change, Doubt doubt, Doubt.State decision) {
        return change.connection()
                .preparedQuery("select decide_doubt($1, $2)")
                .execute(Tuple.of(doubt.id(), decision.label()))
                .compose(_ -> lock(change, doubt.id()))
                .map(Optional::orElseThrow);
    }

    private static Doubt doubt(Row row) {
        return new Doubt(
                row.getLong("id"),
                row.getString("budget_id"),
                row.getString("organization_id"),
                row.getLong("window_id"),
                row.getUUID("request_id"),
                row.getLong("epoch"),
                Measure.of(row.getString("measure")),
                row.getLong("amount"),
                row.getString("reason"),
                Doubt.State.of(row.getString("state")),
                row.getOffsetDateTime("created_at").toInstant(),
                RuleRows.instant(row, "decided_at"));
    }
}
