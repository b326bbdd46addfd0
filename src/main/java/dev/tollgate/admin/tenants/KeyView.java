package dev.tollgate.admin.tenants;

import dev.tollgate.tenancy.Key;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is known of a key, but for the key itself. */
@Schema(example = """
        {"id": "key_4egcqyrdeul4", "organization_id": "org_4fk2m9x0q7ab", "client_id": "cli_7c3n5v1z8y2d",
         "name": "checkout", "owner": null, "tags": {"team": "payments"}, "metadata": {}, "enabled": true,
         "expires_at": "2027-11-21T12:00:00Z", "allowed_models": ["gpt-5-mini"], "feature": "chat",
         "previous_secret_expires_at": null, "last_used_at": "2026-11-21T12:34:56Z",
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z",
         "revoked_at": null}
        """)
public record KeyView(
        String id,
        String organizationId,
        @Nullable String clientId,
        String name,
        @Nullable String owner,
        Map<String, String> tags,
        Map<String, Object> metadata,
        boolean enabled,
        @Nullable Instant expiresAt,
        @Nullable List<String> allowedModels,
        @Nullable String feature,
        @Nullable Instant previousSecretExpiresAt,
        @Nullable Instant lastUsedAt,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant revokedAt) {
    public static KeyView of(Key key) {
        return new KeyView(
                key.id(),
                key.organizationId(),
                key.clientId(),
                key.profile().name(),
                key.profile().owner(),
                key.profile().tags(),
                key.profile().metadata().getMap(),
                key.profile().enabled(),
                key.profile().expiresAt(),
                key.profile().allowedModels(),
                key.feature(),
                key.previousExpiresAt(),
                key.lastUsedAt(),
                key.stamps().createdAt(),
                key.stamps().updatedAt(),
                key.stamps().endedAt());
    }
}
