package dev.tollgate.admin.tenants;

import dev.tollgate.tenancy.ProfileRules;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said of an organization. In a change, what is left out stays as it is. */
@Schema(example = """
        {"name": "Acme", "owner": "ann@acme.example", "tags": {"region": "eu"},
         "metadata": {"crm_id": 4711}, "enabled": true, "expires_at": null, "allowed_models": ["gpt-5*", "gpt-4o"],
         "tier": "starter", "caller_keys_allowed": false}
        """)
public record OrganizationBody(
        @Schema(description = Words.NAME) @Nullable Optional<String> name,
        @Schema(description = Words.OWNER) @Nullable Optional<String> owner,
        @Schema(description = Words.TAGS) @Nullable Optional<Map<String, @Nullable String>> tags,
        @Schema(description = Words.METADATA) @Nullable Optional<Map<String, @Nullable Object>> metadata,
        @Schema(description = Words.ENABLED) @Nullable Optional<Boolean> enabled,
        @Schema(description = Words.EXPIRES_AT) @Nullable Optional<Instant> expiresAt,

        @Schema(description = Words.ALLOWED_MODELS) @Nullable
        Optional<List<@Nullable String>> allowedModels,

        @Schema(description = "Its bundle of limits and defaults.") @Nullable
        Optional<String> tier,

        @Schema(description = "Whether its requests may go over provider keys of the callers.") @Nullable
        Optional<Boolean> callerKeysAllowed) {
    ProfilePatch profile() {
        return new ProfilePatch(name, owner, tags, metadata, enabled, expiresAt, allowedModels);
    }

    @Nullable
    String tier(@Nullable String was) {
        return tier == null ? was : ProfileRules.label("tier", tier.orElse(null));
    }

    boolean callerKeysAllowed(boolean was) {
        return callerKeysAllowed == null ? was : callerKeysAllowed.orElse(false);
    }

    /** What the organization may not decide itself. */
    @Nullable
    String platforms() {
        if (enabled != null) {
            return "enabled";
        }
        if (expiresAt != null) {
            return "expires_at";
        }
        if (allowedModels != null) {
            return "allowed_models";
        }
        if (tier != null) {
            return "tier";
        }
        return callerKeysAllowed == null ? null : "caller_keys_allowed";
    }
}
