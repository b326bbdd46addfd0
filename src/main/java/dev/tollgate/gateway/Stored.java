package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Answers of the database to a request that can't do without: bounded in time, and its absence told as such. */
final class Stored {
    private static final long PATIENCE_SECONDS = 10;

    private Stored() {}

    static <T> Future<T> answer(Future<T> answer) {
        return answer.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof Problem
                                ? failure
                                : new Problem(
                                        ProblemCode.NOT_READY,
                                        "Tollgate's database can't be asked at present, which this request needs;"
                                                + " try again later.")));
    }
}
