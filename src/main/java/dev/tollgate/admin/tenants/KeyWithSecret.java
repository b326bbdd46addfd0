package dev.tollgate.admin.tenants;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A key that was just made or rotated, with the key itself. */
@Schema(example = """
        {"id": "key_4egcqyrdeul4", "organization_id": "org_4fk2m9x0q7ab", "client_id": "cli_7c3n5v1z8y2d",
         "name": "checkout", "owner": null, "tags": {"team": "payments"}, "metadata": {}, "enabled": true,
         "expires_at": "2027-11-21T12:00:00Z", "allowed_models": ["gpt-5-mini"], "feature": "chat",
         "previous_secret_expires_at": null, "last_used_at": null,
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z",
         "revoked_at": null,
         "key": "sk-tg-4egcqyrdeul4-…"}
        """)
@RegisterForReflection // no resource method returns it as such
public record KeyWithSecret(
        @JsonUnwrapped KeyView view,

        @Schema(description = "The key itself, shown this once.")
        String key) {}
