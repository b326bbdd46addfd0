package dev.tollgate.access;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a change did, for the audit log. Who did it, when and from where is added by whoever records it.
 *
 * @param action what was done: {@code key.revoke}
 * @param objectType to what: {@code key}
 * @param objectId its id: {@code key_…}
 * @param organizationId whose it is; null is the platform's
 * @param before what it was, without secrets; null for what is new
 * @param after what it became, without secrets; null for what is gone
 */
public record AuditLine(
        String action,
        String objectType,
        String objectId,
        @Nullable String organizationId,
        @Nullable JsonObject before,
        @Nullable JsonObject after) {}
