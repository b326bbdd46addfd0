package dev.tollgate.limits.pg;

import dev.tollgate.feed.Readings;
import dev.tollgate.feed.VersionedFeed;
import dev.tollgate.limits.Rules;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.limits.rules.Stop;
import dev.tollgate.limits.rules.Stops;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Follows the rules in PostgreSQL into memory. Every row has the version of its last change, so that what is read is what
 * changed since the last look; the first look reads everything. What is in force is replaced as one. Safe for threads.
 */
public final class RuleFeed extends VersionedFeed {
    private static final String BUDGETS = """
            select id, name, owner, owner_id, models, feature, tag_key, tag_value, end_user, per, mode,
                   measure, period, zone, week_start, year_start,
                   multiplied(amount, multiplier) as amount_in_force,
                   enabled and archived_at is null as in_force
            from rule join budget using (id) where version > $1
            """;

    private static final String LIMITS = """
            select id, name, owner, owner_id, models, feature, tag_key, tag_value, end_user, per, mode,
                   kind, amount, period_seconds, burst, enabled and archived_at is null as in_force
            from rule join usage_limit using (id) where version > $1
            """;

    private static final String STOPS = "select *, lifted_at is null as in_force from spend_stop where version > $1";

    private static final String TIERS =
            "select name as id, archived_at is null as in_force from tier where version > $1";

    private final Pool pool;
    private final RulesInForce inForce;
    private final Map<String, Budget> budgets = new HashMap<>();
    private final Map<String, Long> amounts = new HashMap<>();
    private final Map<String, UsageLimit> limits = new HashMap<>();
    private final Map<String, Stop> stops = new HashMap<>();
    private final Map<String, String> tiers = new HashMap<>();

    public RuleFeed(Pool pool, RulesInForce inForce) {
        super("rules");
        this.pool = pool;
        this.inForce = inForce;
    }

    /** Every stop until now has been heard. */
    @Override
    public Runnable asks() {
        long asked = inForce.hearing().now();
        return () -> inForce.hearing().heard(asked);
    }

    @Override
    protected Future<Integer> readNews() {
        Runnable current = asks();
        return pool.query("select version from limits_version")
                .execute()
                .compose(rows -> isKnown(only(rows).getLong(0))
                        ? Future.succeededFuture(0)
                        : pool.withTransaction(this::readChanges))
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .onSuccess(_ -> current.run());
    }

    @Override
    protected void forget() {
        budgets.clear();
        amounts.clear();
        limits.clear();
        stops.clear();
        tiers.clear();
    }

    /** Reads all changes as they stand at one moment, and puts them in force. */
    private Future<Integer> readChanges(SqlConnection connection) {
        return connection
                .query("set transaction isolation level repeatable read, read only")
                .execute()
                .compose(_ ->
                        connection.query("select version from limits_version").execute())
                .compose(rows -> {
                    long current = only(rows).getLong(0);
                    return Future.join(List.of(
                                    read(connection, BUDGETS),
                                    read(connection, LIMITS),
                                    read(connection, STOPS),
                                    read(connection, TIERS)))
                            .map(read -> take(current, read.list()));
                });
    }

    private Future<RowSet<Row>> read(SqlConnection connection, String sql) {
        return connection.preparedQuery(sql).execute(Tuple.of(version()));
    }

    /** What came so late that a newer look has overtaken it is known already. */
    private synchronized int take(long current, List<RowSet<Row>> read) {
        if (current <= version()) {
            return 0;
        }
        takeInto(budgets, read.get(0), RuleRows::budget);
        takeInto(amounts, read.get(0), row -> row.getLong("amount_in_force"));
        takeInto(limits, read.get(1), RuleRows::limit);
        takeInto(stops, read.get(2), RuleRows::stop);
        takeInto(tiers, read.get(3), row -> row.getString("id"));
        known(current);
        inForce.replace(new RuleBook(
                current,
                Rules.of(budgets.values()),
                Rules.of(limits.values()),
                Stops.of(stops.values()),
                Set.copyOf(tiers.values()),
                amounts));
        return read.stream().mapToInt(RowSet::rowCount).sum();
    }

    private static <T> void takeInto(Map<String, T> known, RowSet<Row> rows, Function<Row, T> reader) {
        for (Row row : rows) {
            String id = row.getString("id");
            if (row.getBoolean("in_force")) {
                known.put(id, reader.apply(row));
            } else {
                known.remove(id);
            }
        }
    }

    private static Row only(RowSet<Row> rows) {
        return rows.iterator().next();
    }
}
