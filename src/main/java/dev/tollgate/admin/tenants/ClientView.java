package dev.tollgate.admin.tenants;

import dev.tollgate.tenancy.Client;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A client. */
@Schema(example = """
        {"id": "cli_7c3n5v1z8y2d", "organization_id": "org_4fk2m9x0q7ab", "name": "Web shop", "owner": null, "tags": {"stage": "production"}, "metadata": {},
         "enabled": true, "expires_at": null, "allowed_models": null,
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z",
         "archived_at": null}
        """)
public record ClientView(
        String id,
        String organizationId,
        String name,
        @Nullable String owner,
        Map<String, String> tags,
        Map<String, Object> metadata,
        boolean enabled,
        @Nullable Instant expiresAt,
        @Nullable List<String> allowedModels,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant archivedAt) {
    static ClientView of(Client client) {
        return new ClientView(
                client.id(),
                client.organizationId(),
                client.profile().name(),
                client.profile().owner(),
                client.profile().tags(),
                client.profile().metadata().getMap(),
                client.profile().enabled(),
                client.profile().expiresAt(),
                client.profile().allowedModels(),
                client.stamps().createdAt(),
                client.stamps().updatedAt(),
                client.stamps().endedAt());
    }
}
