package dev.tollgate.reports.pg;

import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.reports.EntryQuestion;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Opens exports of the ledger. Each has a connection for as long as it takes, so there are few at a time.
 *
 * <p>An export holds back the cleaning of the database, so one whose client takes nothing for a minute is ended, by the
 * database itself.
 */
public final class PgExports {
    private static final int AT_ONCE_MAX = 2;
    private static final String PATIENCE = "; set local idle_in_transaction_session_timeout = '60s'";

    private final Pool pool;
    private final AtomicInteger open = new AtomicInteger();

    public PgExports(Pool pool) {
        this.pool = pool;
    }

    /** The members of an entry, as the cells of rows have them. */
    public static List<String> members() {
        return EntryColumns.names();
    }

    /**
     * Opens an export, which must be closed. Fails with {@code in_progress} where too many are under way.
     *
     * @param asTexts whether rows have a text for each member, or their JSON
     */
    public Future<Export> open(EntryQuestion question, boolean asTexts) {
        if (open.incrementAndGet() > AT_ONCE_MAX) {
            open.decrementAndGet();
            return Future.failedFuture(new Problem(
                    ProblemCode.IN_PROGRESS, AT_ONCE_MAX + " exports are under way; try again when one has ended."));
        }
        Parameters parameters = new Parameters();
        String statement = statement(question, asTexts, parameters);
        return Database.answer(pool.getConnection())
                .compose(connection -> begin(connection, statement, parameters))
                .onFailure(_ -> open.decrementAndGet());
    }

    static String statement(EntryQuestion question, boolean asTexts, Parameters parameters) {
        return "select provider_cost, charge, " + (asTexts ? EntryColumns.texts() : EntryColumns.json())
                + " from ledger where " + EntryConditions.of(question, parameters) + " order by "
                + EntryConditions.order(question);
    }

    private Future<Export> begin(SqlConnection connection, String statement, Parameters parameters) {
        return Database.answer(connection
                        .begin()
                        .compose(transaction -> connection
                                .query(Snapshot.BEGIN + PATIENCE)
                                .execute()
                                .compose(_ -> connection.prepare(statement))
                                .map(prepared -> new Export(
                                        connection,
                                        transaction,
                                        prepared.cursor(parameters.tuple()),
                                        open::decrementAndGet))))
                .onFailure(_ -> connection.close());
    }
}
