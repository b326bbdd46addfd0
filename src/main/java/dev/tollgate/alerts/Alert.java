package dev.tollgate.alerts;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as it is stored.
 *
 * @param seq its place among all, newest last
 * @param id {@code alr_…}, the same in every delivery of it
 */
public record Alert(
        long seq,
        String id,
        String kind,
        @Nullable String organizationId,
        Severity severity,
        String subject,
        JsonObject payload,
        Instant occurredAt,
        Instant raisedAt) {}
