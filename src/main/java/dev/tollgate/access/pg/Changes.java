package dev.tollgate.access.pg;

import dev.tollgate.access.Answer;
import dev.tollgate.access.AuditLine;
import dev.tollgate.access.IdempotentRequest;
import dev.tollgate.access.Principal;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of administration. The change, its audit lines and the answer that is kept for a repetition are one
 * transaction: all of them are there, or none.
 */
public final class Changes {
    private final Pool pool;

    public Changes(Pool pool) {
        this.pool = pool;
    }

    /**
     * Makes a change. It must record what it did ({@link Change#record}) or that it did nothing.
     *
     * @param change does its work on the connection that it is given, and is rolled back when it fails
     */
    public <T> Future<T> make(Principal principal, Function<Change, Future<T>> change) {
        return transaction(connection -> make(connection, principal, change));
    }

    /**
     * Makes a change at most once: a repetition of the request gets the first answer again. One that comes while the first
     * is under way waits for it. Nothing is kept of a change that fails.
     *
     * @param request what tells a repetition; null makes the change in any case
     */
    public Future<Answer> makeOnce(
            Principal principal, @Nullable IdempotentRequest request, Function<Change, Future<Answer>> change) {
        if (request == null) {
            return make(principal, change);
        }
        return transaction(connection -> {
            KeptAnswers kept = new KeptAnswers(connection, principal, request);
            return kept.begin()
                    .compose(
                            first -> first ? make(connection, principal, change).compose(kept::keep) : kept.repeat());
        });
    }

    /** Nobody waits for a lock for long; what has to is told that another change is under way. */
    private <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return Database.answer(pool.withTransaction(connection ->
                connection.query("set local lock_timeout = '10s'").execute().compose(_ -> work.apply(connection))));
    }

    private static <T> Future<T> make(
            SqlConnection connection, Principal principal, Function<Change, Future<T>> change) {
        Change made = new Change(connection, principal);
        return change.apply(made)
                .compose(result -> write(connection, principal, made.lines()).map(result));
    }

    /** Last of all, because the end of the chain is locked from here to the commit. */
    private static Future<Void> write(SqlConnection connection, Principal principal, List<AuditLine> lines) {
        Future<Void> written = Future.succeededFuture();
        for (AuditLine line : lines) {
            written = written.compose(_ -> connection
                    .preparedQuery("""
                            insert into audit_log (principal_id, principal_name, principal_role, remote_address, action,
                                                   object_type, object_id, organization_id, before, after)
                            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                            """)
                    .execute(Tuple.from(new Object[] {
                        principal.id(),
                        principal.name(),
                        principal.role().label(),
                        principal.remoteAddress(),
                        line.action(),
                        line.objectType(),
                        line.objectId(),
                        line.organizationId(),
                        line.before(),
                        line.after()
                    }))
                    .mapEmpty());
        }
        return written;
    }
}
