package dev.tollgate.admin.litellm;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.tenancy.Profile;
import dev.tollgate.tenancy.ProfileRules;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said of a key in LiteLLM's words. In a change, what is left out stays as it is, and null takes it back. */
@Schema(example = """
        {"key_alias": "checkout", "team_id": "cli_7c3n5v1z8y2d", "models": ["gpt-5-mini"], "duration": "30d",
         "max_budget": 12.5, "soft_budget": 10, "budget_duration": "30d", "rpm_limit": 60, "tpm_limit": 100000,
         "max_parallel_requests": 5, "metadata": {"app": "shop"}, "tags": ["team:payments"], "user_id": "ann"}
        """)
public record KeyRequest(
        @Schema(description = "Of a change: the key that is meant, by itself, its SHA-256 or `key_…`.") @Nullable
        String key,

        @Schema(description = "For people; no two keys of an organization have the same. Our `name`.") @Nullable
        Optional<String> keyAlias,

        @Schema(
                description =
                        "How long it lives from now on: `30s`, `5m`, `24h`, `30d`, `2w`, `1mo`; `-1` is for ever.")
        @Nullable
        Optional<String> duration,

        @Schema(description = "Names, or beginnings with a star at their end; none is all. Our `allowed_models`.")
        @Nullable
        Optional<List<@Nullable String>> models,

        @Schema(description = Asked.MAX_BUDGET) @Nullable Optional<Object> maxBudget,
        @Schema(description = Asked.SOFT_BUDGET) @Nullable Optional<Object> softBudget,

        @Schema(description = Asked.BUDGET_DURATION) @Nullable
        Optional<String> budgetDuration,

        @Schema(description = Asked.RPM_LIMIT) @Nullable Optional<Long> rpmLimit,
        @Schema(description = Asked.TPM_LIMIT) @Nullable Optional<Long> tpmLimit,

        @Schema(description = Asked.MAX_PARALLEL_REQUESTS) @Nullable
        Optional<Long> maxParallelRequests,

        @Schema(description = "Up to 16 KiB that Tollgate does not read.") @Nullable
        Optional<Map<String, @Nullable Object>> metadata,

        @Schema(description = "Words that go into its ledger entries; `team:search` is our tag `team`.") @Nullable
        Optional<List<@Nullable String>> tags,

        @Schema(description = "Refuses all its requests as long as it is true.") @Nullable
        Optional<Boolean> blocked,

        @Schema(description = "A budget of `/budget/new` that holds for it, too.") @Nullable
        Optional<String> budgetId,

        @Schema(description = "Who answers for it. Our `owner`.") @Nullable
        Optional<String> userId,

        @Schema(description = "The client that it is bound to, for good: `cli_…`.") @Nullable
        String teamId,

        @Schema(description = Asked.ORGANIZATION_ID) @Nullable
        String organizationId,

        @JsonAnySetter @Schema(hidden = true) @Nullable Map<String, @Nullable Object> others) {
    /** What scripts write for all models. */
    private static final Set<String> ALL_MODELS = Set.of("all-proxy-models", "all-team-models");

    /** What our members are called here. */
    private static final Map<String, String> FIELDS =
            Map.of("name", "key_alias", "owner", "user_id", "allowed_models", "models");

    Wanted wanted() {
        return Wanted.of(maxBudget, softBudget, budgetDuration, rpmLimit, tpmLimit, maxParallelRequests);
    }

    /** The budget that is to hold for the key: the one that is asked for, or that it has. */
    @Nullable
    String budgetId(Profile was) {
        return budgetId == null
                ? SharedBudget.of(was.tags())
                : budgetId.map(id -> Given.text("budget_id", id, ProfileRules.TEXT_LENGTH_MAX))
                        .orElse(null);
    }

    /** The profile with what was asked for in place of what it was, checked. */
    Profile profile(String keyId, Profile was, Instant now) {
        Profile asked = new Profile(
                keyAlias == null ? was.name() : keyAlias.orElse(keyId),
                userId == null ? was.owner() : userId.orElse(null),
                tags(was),
                metadata == null ? was.metadata() : new JsonObject(new HashMap<>(metadata.orElse(Map.of()))),
                blocked == null ? was.enabled() : !blocked.orElse(false),
                duration == null || duration.isEmpty() ? was.expiresAt() : Lifetime.end(duration.get(), now),
                models == null ? was.allowedModels() : models(models.orElse(List.of())));
        try {
            return ProfileRules.checked(asked);
        } catch (Problem problem) {
            throw renamed(problem);
        }
    }

    /** Something new, before anything is said of it. */
    static Profile fresh(String keyId) {
        return new Profile(keyId, null, Map.of(), new JsonObject(), true, null, null);
    }

    private Map<String, String> tags(Profile was) {
        Map<String, String> all = new TreeMap<>(tags == null ? was.tags() : RequestTags.read(tags.orElse(List.of())));
        String budget = budgetId(was);
        if (budget == null) {
            all.remove(SharedBudget.TAG);
        } else {
            all.put(SharedBudget.TAG, budget);
        }
        return Collections.unmodifiableMap(all);
    }

    private static @Nullable List<String> models(List<@Nullable String> given) {
        List<String> models = new ArrayList<>();
        for (String model : given) {
            models.add(Given.required("models", model));
        }
        return models.isEmpty() || models.stream().anyMatch(ALL_MODELS::contains) ? null : models;
    }

    private static Problem renamed(Problem problem) {
        String param = problem.param();
        for (Map.Entry<String, String> field : FIELDS.entrySet()) {
            if (param != null && param.startsWith(field.getKey())) {
                int length = field.getKey().length();
                return new Problem(
                        problem.code(),
                        field.getValue() + problem.message().substring(length),
                        field.getValue() + param.substring(length));
            }
        }
        return problem;
    }
}
