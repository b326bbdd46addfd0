package dev.tollgate.access;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of the audit log.
 *
 * @param seq its place in the chain, from 1, without gaps
 * @param erasedAt when its before and after were erased, if they were
 * @param hash of the line and of all before it, in hexadecimal digits
 */
public record AuditRow(
        long seq,
        Instant at,
        String principalId,
        String principalName,
        String principalRole,
        String remoteAddress,
        String action,
        String objectType,
        String objectId,
        @Nullable String organizationId,
        @Nullable JsonObject before,
        @Nullable JsonObject after,
        @Nullable Instant erasedAt,
        String hash) {}
