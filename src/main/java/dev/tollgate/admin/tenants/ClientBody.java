package dev.tollgate.admin.tenants;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said of a client. In a change, what is left out stays as it is. */
@Schema(example = """
        {"organization_id": "org_4fk2m9x0q7ab", "name": "Web shop", "owner": null, "tags": {"stage": "production"}, "metadata": {},
         "enabled": true, "expires_at": null, "allowed_models": null}
        """)
public record ClientBody(
        @Schema(description = Words.ORGANIZATION_ID) @Nullable
        String organizationId,

        @Schema(description = Words.NAME) @Nullable Optional<String> name,
        @Schema(description = Words.OWNER) @Nullable Optional<String> owner,
        @Schema(description = Words.TAGS) @Nullable Optional<Map<String, @Nullable String>> tags,
        @Schema(description = Words.METADATA) @Nullable Optional<Map<String, @Nullable Object>> metadata,
        @Schema(description = Words.ENABLED) @Nullable Optional<Boolean> enabled,
        @Schema(description = Words.EXPIRES_AT) @Nullable Optional<Instant> expiresAt,

        @Schema(description = Words.ALLOWED_MODELS) @Nullable
        Optional<List<@Nullable String>> allowedModels) {
    ProfilePatch profile() {
        return new ProfilePatch(name, owner, tags, metadata, enabled, expiresAt, allowedModels);
    }
}
