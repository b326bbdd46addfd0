package dev.tollgate.admin.limits;

import dev.tollgate.limits.rules.Stop;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A stop of spend. */
@Schema(example = """
        {"id": "stp_3k7j5h1g9f2d", "organization_id": "org_4fk2m9x0q7ab", "owner": "organization",
         "owner_id": "org_4fk2m9x0q7ab", "cut_streams": true, "reason": "a key has leaked", "origin": "platform",
         "created_at": "2026-11-21T12:00:00.123456Z", "lifted_at": null}
        """)
public record StopView(
        String id,
        @Nullable String organizationId,
        String owner,
        @Nullable String ownerId,
        boolean cutStreams,
        String reason,

        @Schema(description = "`platform` where the platform stopped an organization, which can't lift that.") @Nullable
        String origin,

        Instant createdAt,
        @Nullable Instant liftedAt) {
    static StopView of(Stop stop) {
        return new StopView(
                stop.id(),
                stop.organizationId(),
                stop.owner().label(),
                stop.ownerId().isEmpty() ? null : stop.ownerId(),
                stop.cutStreams(),
                stop.reason(),
                stop.origin(),
                stop.createdAt(),
                stop.liftedAt());
    }
}
