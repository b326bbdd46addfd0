package dev.tollgate.alerts.pg;

import dev.tollgate.alerts.AlertEvent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Takes events in, within the transaction of what they tell. SQL does the same with {@code raise_alert}. */
public final class Outbox {
    private Outbox() {}

    /**
     * Raises an alert when the connection's transaction commits, and tells whether it is new. Of several that raise the
     * same event at once one does, and the others wait for it.
     */
    public static Future<Boolean> add(SqlConnection connection, AlertEvent event) {
        return connection
                .preparedQuery("select raise_alert($1, $2, $3, $4, $5, $6, $7)")
                .execute(Tuple.from(new @Nullable Object[] {
                    event.kind(),
                    event.dedupeKey(),
                    event.organizationId(),
                    event.payload(),
                    event.severity().label(),
                    event.subject(),
                    event.occurredAt().atOffset(ZoneOffset.UTC)
                }))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }
}
