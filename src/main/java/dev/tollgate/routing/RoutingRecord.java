package dev.tollgate.routing;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A route, or how a tier is routed, from one change to the next.
 *
 * @param version later changes have greater ones, whatever they change; it is the ETag
 * @param definition as it was written, without the name; null where it was removed
 * @param changedBy the id of whoever changed it
 */
public record RoutingRecord(
        RoutingKind kind,
        String name,
        long version,
        @Nullable JsonObject definition,
        Instant changedAt,
        String changedBy) {}
