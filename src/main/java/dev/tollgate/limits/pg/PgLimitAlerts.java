package dev.tollgate.limits.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Alerts of limits that let requests through. */
public final class PgLimitAlerts {
    private final Pool pool;

    public PgLimitAlerts(Pool pool) {
        this.pool = pool;
    }

    /**
     * Raises that a request went beyond a soft limit, unless that was told of this hour before, by whichever replica.
     *
     * @param hour in which it was
     */
    public Future<Void> raise(
            String limitId, Instant hour, String organizationId, @Nullable String clientId, String keyId) {
        return pool.preparedQuery("select raise_limit_alert($1, $2, $3, $4, $5)")
                .execute(Tuple.of(limitId, hour.atOffset(ZoneOffset.UTC), organizationId, clientId, keyId))
                .mapEmpty();
    }
}
