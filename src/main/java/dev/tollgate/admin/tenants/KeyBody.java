package dev.tollgate.admin.tenants;

import dev.tollgate.tenancy.ProfileRules;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said of a key. In a change, what is left out stays as it is. */
@Schema(example = """
        {"organization_id": "org_4fk2m9x0q7ab", "client_id": "cli_7c3n5v1z8y2d",
         "name": "checkout", "owner": null, "tags": {"team": "payments"}, "metadata": {}, "enabled": true,
         "expires_at": "2027-11-21T12:00:00Z", "allowed_models": ["gpt-5-mini"], "feature": "chat"}
        """)
public record KeyBody(
        @Schema(description = Words.ORGANIZATION_ID) @Nullable
        String organizationId,

        @Schema(description = "The client that it is bound to, for good; by default none.") @Nullable
        String clientId,

        @Schema(description = Words.NAME) @Nullable Optional<String> name,
        @Schema(description = Words.OWNER) @Nullable Optional<String> owner,
        @Schema(description = Words.TAGS) @Nullable Optional<Map<String, @Nullable String>> tags,
        @Schema(description = Words.METADATA) @Nullable Optional<Map<String, @Nullable Object>> metadata,
        @Schema(description = Words.ENABLED) @Nullable Optional<Boolean> enabled,
        @Schema(description = Words.EXPIRES_AT) @Nullable Optional<Instant> expiresAt,

        @Schema(description = Words.ALLOWED_MODELS) @Nullable
        Optional<List<@Nullable String>> allowedModels,

        @Schema(description = "The feature of all its requests, whatever their headers say.") @Nullable
        Optional<String> feature) {
    ProfilePatch profile() {
        return new ProfilePatch(name, owner, tags, metadata, enabled, expiresAt, allowedModels);
    }

    @Nullable
    String feature(@Nullable String was) {
        return feature == null ? was : ProfileRules.label("feature", feature.orElse(null));
    }
}
