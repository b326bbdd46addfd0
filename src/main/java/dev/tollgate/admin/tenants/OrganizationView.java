package dev.tollgate.admin.tenants;

import dev.tollgate.tenancy.Organization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An organization. */
@Schema(example = """
        {"id": "org_4fk2m9x0q7ab", "name": "Acme", "owner": "ann@acme.example", "tags": {"region": "eu"},
         "metadata": {"crm_id": 4711}, "enabled": true, "expires_at": null, "allowed_models": ["gpt-5*", "gpt-4o"],
         "tier": "starter", "caller_keys_allowed": false,
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z",
         "archived_at": null}
        """)
public record OrganizationView(
        String id,
        String name,
        @Nullable String owner,
        Map<String, String> tags,
        Map<String, Object> metadata,
        boolean enabled,
        @Nullable Instant expiresAt,
        @Nullable List<String> allowedModels,
        @Nullable String tier,
        boolean callerKeysAllowed,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant archivedAt) {
    static OrganizationView of(Organization organization) {
        return new OrganizationView(
                organization.id(),
                organization.profile().name(),
                organization.profile().owner(),
                organization.profile().tags(),
                organization.profile().metadata().getMap(),
                organization.profile().enabled(),
                organization.profile().expiresAt(),
                organization.profile().allowedModels(),
                organization.tier(),
                organization.callerKeysAllowed(),
                organization.stamps().createdAt(),
                organization.stamps().updatedAt(),
                organization.stamps().endedAt());
    }
}
