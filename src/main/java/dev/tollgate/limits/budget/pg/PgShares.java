package dev.tollgate.limits.budget.pg;

import static java.time.ZoneOffset.UTC;
import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.tollgate.limits.budget.Bounds;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.ShareStore;
import dev.tollgate.limits.budget.Window;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Shares in PostgreSQL. Each call is one statement, a function of the schema, and a transaction of its own. A call that
 * is not answered in time fails; the database may still carry it out, which is why calls are numbered.
 */
public final class PgShares implements ShareStore {
    private static final String OPEN = """
            select id, starts_at, ends_at, measure from open_window($1, $2, $3, $4, $5, $6)
            """;

    private static final String GRANT = """
            select status, given, amount, settled, in_doubt, used from grant_share($1, $2, $3, $4, $5)
            """;

    private static final String RETURN = "select from return_share($1, $2, $3, $4)";
    private static final String RECALL = "select from recall_window($1)";
    private static final String BEAT = "select live, replicas, recalled from beat($1)";

    private final Pool pool;
    private final long timeoutMillis;

    /** @param timeout after which a call has failed, connecting to the database included */
    public PgShares(Pool pool, Duration timeout) {
        this.pool = pool;
        this.timeoutMillis = timeout.toMillis();
    }

    @Override
    public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
        Instant at = Instant.ofEpochMilli(epochMillis);
        Bounds bounds = Bounds.of(budget.period(), at);
        return call(
                        OPEN,
                        Tuple.of(
                                budget.id(),
                                subject,
                                at.atOffset(UTC),
                                bounds.start().atOffset(UTC),
                                bounds.end().atOffset(UTC),
                                budget.period().unit().label()))
                .map(row -> new Window(
                        row.getLong(0),
                        budget.id(),
                        subject,
                        millis(row, 1),
                        millis(row, 2),
                        Measure.of(row.getString(3))));
    }

    @Override
    public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
        return call(GRANT, Tuple.of(windowId, epoch, call, need, want)).map(row -> switch (row.getString(0)) {
            case "given" -> new Grant.Given(row.getLong(1), standing(row));
            case "refused" -> new Grant.Refused(standing(row));
            case "closed" -> new Grant.Closed();
            case "superseded" -> new Grant.Superseded();
            default -> throw new IllegalStateException("status of a grant: " + row.getString(0));
        });
    }

    @Override
    public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
        return call(RETURN, Tuple.of(windowId, epoch, call, amount)).mapEmpty();
    }

    @Override
    public Future<Void> recall(long windowId) {
        return call(RECALL, Tuple.of(windowId)).mapEmpty();
    }

    @Override
    public Future<Beat> beat(long epoch) {
        return call(BEAT, Tuple.of(epoch))
                .map(row -> new Beat(row.getBoolean(0), row.getInteger(1), List.of(row.getArrayOfLongs(2))));
    }

    private Future<Row> call(String sql, Tuple parameters) {
        return pool.preparedQuery(sql)
                .execute(parameters)
                .map(rows -> rows.iterator().next())
                .timeout(timeoutMillis, MILLISECONDS);
    }

    private static Standing standing(Row row) {
        return new Standing(row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5));
    }

    private static long millis(Row row, int column) {
        return row.getOffsetDateTime(column).toInstant().toEpochMilli();
    }
}
