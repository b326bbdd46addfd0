package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Answers of the database to a request that can't do without: bounded in time, and its absence told as such. */
final class Stored {
    private static final Logger LOG = Logger.getLogger(Stored.class);
    private static final long PATIENCE_SECONDS = 10;

    private Stored() {}

    static <T> Future<T> answer(Future<T> answer) {
        return answer.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).recover(failure -> {
            LOG.warnf("The database can't answer a request: %s", failure.getMessage());
            return Future.failedFuture(new Problem(
                    ProblemCode.DATABASE_UNAVAILABLE,
                    "Tollgate's database can't be asked at present, which this request needs; try again later."));
        });
    }
}
