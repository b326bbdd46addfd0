package dev.tollgate.access.pg;

import dev.tollgate.access.Answer;
import dev.tollgate.access.IdempotentRequest;
import dev.tollgate.access.Principal;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer of one request with an {@code Idempotency-Key}. The row is inserted before the change and completed after
 * it, within its transaction: a repetition waits at that row until the first one has committed, and then finds its
 * answer, or has been rolled back, and then is the first.
 */
final class KeptAnswers {
    private static final String WHERE = "where principal_id = $1 and key = $2 and path = $3";

    private final SqlConnection connection;
    private final Principal principal;
    private final IdempotentRequest request;

    KeptAnswers(SqlConnection connection, Principal principal, IdempotentRequest request) {
        this.connection = connection;
        this.principal = principal;
        this.request = request;
    }

    /** Whether this is the first request of its key within a day. */
    Future<Boolean> begin() {
        return connection
                .query("""
                        delete from idempotent_answer where ctid = any (array(
                            select ctid from idempotent_answer where created_at < now() - interval '24 hours'
                            order by created_at limit 100 for update skip locked))
                        """)
                .execute()
                .compose(_ -> execute(
                        "delete from idempotent_answer " + WHERE + " and created_at < now() - interval '24 hours'"))
                .compose(_ -> connection
                        .preparedQuery("""
                                insert into idempotent_answer (principal_id, key, path, request_hash)
                                values ($1, $2, $3, $4) on conflict do nothing
                                """)
                        .execute(
                                Tuple.of(principal.id(), request.key(), request.path(), Buffer.buffer(request.hash()))))
                .map(inserted -> inserted.rowCount() == 1);
    }

    /** Keeps the answer of the first. */
    Future<Answer> keep(Answer answer) {
        JsonObject body = answer.secret() ? null : answer.body();
        return connection
                .preparedQuery("update idempotent_answer set status = $4, version = $5, location = $6, body = $7,"
                        + " secret = $8 " + WHERE)
                .execute(Tuple.from(new @Nullable Object[] {
                    principal.id(),
                    request.key(),
                    request.path(),
                    (short) answer.status(),
                    answer.version(),
                    answer.location(),
                    body == null ? null : body.encode(),
                    answer.secret()
                }))
                .map(answer);
    }

    /** The answer that was given to the first. */
    Future<Answer> repeat() {
        return connection
                .preparedQuery(
                        "select request_hash, status, version, location, body, secret from idempotent_answer " + WHERE)
                .execute(Tuple.of(principal.id(), request.key(), request.path()))
                .map(rows -> repetition(rows.iterator().next()));
    }

    private Answer repetition(Row row) {
        if (!Arrays.equals(row.getBuffer(0).getBytes(), request.hash())) {
            throw new Problem(
                    ProblemCode.IDEMPOTENCY_KEY_REUSED,
                    "This Idempotency-Key came with another body before (expected: a new key for a new request).",
                    "Idempotency-Key");
        }
        String location = row.getString(3);
        if (row.getBoolean(5)) {
            throw new Problem(
                    ProblemCode.SECRET_SHOWN_ONCE,
                    "This request was done before, and its secret was shown once, in the first answer: see " + location
                            + ". If it was lost, revoke it and create another with a new Idempotency-Key.",
                    "Idempotency-Key");
        }
        String body = row.getString(4);
        return new Answer(row.getShort(1), body == null ? null : new JsonObject(body), row.getLong(2), location, false);
    }

    private Future<Void> execute(String sql) {
        return connection
                .preparedQuery(sql)
                .execute(Tuple.of(principal.id(), request.key(), request.path()))
                .mapEmpty();
    }
}
