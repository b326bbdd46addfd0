package dev.tollgate.cache.pg;

import static java.time.ZoneOffset.UTC;

import dev.tollgate.access.pg.Change;
import dev.tollgate.cache.CacheSelection;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Objects;

/** Drops by hand, told to all replicas. */
public final class PgDrops {
    private PgDrops() {}

    /**
     * Has all replicas give no answer any more that is meant, from the moment on at which they hear of it.
     *
     * @param selection with the time before which it means answers
     */
    public static Future<Void> add(Change change, CacheSelection selection) {
        long before = Objects.requireNonNull(selection.storedBeforeMillis(), "when it is dropped");
        return change.connection()
                .preparedQuery("""
                        insert into cache_drop (version, organization_id, client_id, pool, route, model, stored_before, digest)
                        values (raise_cache_version(), $1, $2, $3, $4, $5, $6, $7)
                        """)
                .execute(Tuple.of(
                        selection.organizationId(),
                        selection.clientId(),
                        selection.pool(),
                        selection.route(),
                        selection.model(),
                        Instant.ofEpochMilli(before).atOffset(UTC),
                        selection.digest()))
                .mapEmpty();
    }
}
