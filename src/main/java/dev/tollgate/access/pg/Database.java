package dev.tollgate.access.pg;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Answers of the database to administration: bounded in time; its absence is told as 503, and a change in the way of
 * another one as 409. What else the database refuses is a defect, and stays the failure that it is.
 */
public final class Database {
    private static final Logger LOG = Logger.getLogger(Database.class);
    private static final long PATIENCE_SECONDS = 30;
    private static final Set<String> IN_THE_WAY = Set.of("55P03", "40001", "40P01");

    /** Classes of SQL states: the connection, resources, an operator's intervention. */
    private static final Set<String> AWAY = Set.of("08", "53", "57");

    private Database() {}

    public static <T> Future<T> answer(Future<T> answer) {
        return answer.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(told(failure)));
    }

    private static Throwable told(Throwable failure) {
        if (failure instanceof PgException refused && IN_THE_WAY.contains(String.valueOf(refused.getSqlState()))) {
            return new Problem(ProblemCode.IN_PROGRESS, "Another change of the same is under way; try again.");
        }
        if (!isAway(failure)) {
            return failure;
        }
        LOG.warnf("The database can't answer administration: %s", failure.getMessage());
        return new Problem(
                ProblemCode.DATABASE_UNAVAILABLE, "Tollgate's database can't be asked at present; try again later.");
    }

    private static boolean isAway(Throwable failure) {
        return switch (failure) {
            case PgException refused ->
                AWAY.contains(String.valueOf(refused.getSqlState()).substring(0, 2));
            case IOException _, TimeoutException _, ClosedConnectionException _ -> true;
            case VertxException _ -> true; // the pool's: a connection that was closed meanwhile, no room to wait
            default -> false;
        };
    }
}
