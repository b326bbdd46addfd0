package dev.tollgate.admin.limits;

import dev.tollgate.limits.rules.LimitRecord;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A limit. */
@Schema(example = """
        {"id": "lim_5m0x9c4v2b8n", "organization_id": "org_4fk2m9x0q7ab",
         "scope": {"owner": "organization", "owner_id": "org_4fk2m9x0q7ab", "models": null, "feature": null,
                   "tag": null, "end_user": null, "per": ["key"]},
         "name": "Each key, a minute", "kind": "requests", "amount": 60, "currency": null, "period": "minute",
         "burst": 10, "mode": "hard", "enabled": true, "origin": null,
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z",
         "archived_at": null}
        """)
public record LimitView(
        String id,
        @Nullable String organizationId,
        ScopeView scope,
        String name,
        String kind,
        Object amount,
        @Nullable String currency,
        @Nullable String period,
        @Nullable Long burst,
        String mode,
        boolean enabled,
        @Nullable String origin,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant archivedAt) {
    public static LimitView of(LimitRecord limit) {
        Unit unit = Unit.of(limit.rule().kind());
        return new LimitView(
                limit.rule().id(),
                limit.state().organizationId(),
                ScopeView.of(limit.rule().scope()),
                limit.rule().name(),
                limit.rule().kind().label(),
                unit.show(limit.rule().amount()),
                unit.currency(),
                RatePeriod.label(limit.rule().periodSeconds()),
                limit.rule().burst(),
                limit.rule().mode().label(),
                limit.state().enabled(),
                limit.state().origin(),
                limit.state().createdAt(),
                limit.state().updatedAt(),
                limit.state().archivedAt());
    }
}
