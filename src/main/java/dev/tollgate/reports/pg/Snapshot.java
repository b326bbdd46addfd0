package dev.tollgate.reports.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;

/** Asks in a transaction that only reads, sees one state of the database, and ends after a bounded time. */
final class Snapshot {
    private static final int PATIENCE_SECONDS = 25;

    /**
     * Ends before the client's patience does, so that the database doesn't work for somebody who has gone; and sums by
     * hashing in memory what it would sort on disk with the little memory that it has for each sort otherwise.
     */
    static final String BEGIN = "set transaction isolation level repeatable read, read only;"
            + " set local statement_timeout = '" + PATIENCE_SECONDS + "s'; set local work_mem = '32MB'";

    private final Pool pool;

    Snapshot(Pool pool) {
        this.pool = pool;
    }

    Future<RowSet<Row>> ask(String statement, Parameters parameters) {
        return pool.withTransaction(connection -> connection
                .query(BEGIN)
                .execute()
                .compose(_ -> connection.preparedQuery(statement).execute(parameters.tuple())));
    }
}
