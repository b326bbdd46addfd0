package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fields that LiteLLM has and Tollgate does not take: each is refused with what to use instead, because whoever sends one
 * counts on it. One that asks for nothing, such as an empty list, may stay in a script.
 */
final class OtherFields {
    private static final String OF_MODELS = "POST /admin/v1/%s with a scope of the key and its models";
    private static final String ROUTES = "left out; routes and settings of features decide this for all keys";
    private static final String NOTHING = "left out; Tollgate has nothing like it";
    private static final String TOKENS = "POST /admin/v1/tokens for tokens that administer";
    private static final String ROTATION = "POST /admin/v1/keys/{id}/rotate, called by a schedule of your own";

    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("key", "left out; Tollgate makes keys itself"),
            Map.entry("spend", "left out; what was spent is in the ledger, and stays there"),
            Map.entry("model_max_budget", OF_MODELS.formatted("budgets")),
            Map.entry("model_rpm_limit", OF_MODELS.formatted("limits")),
            Map.entry("model_tpm_limit", OF_MODELS.formatted("limits")),
            Map.entry("tag_rpm_limit", "POST /admin/v1/limits with a scope of the key and the tag"),
            Map.entry("tpd_limit", "POST /admin/v1/limits with the kind tokens and the period day"),
            Map.entry("budget_limits", "POST /admin/v1/budgets, once for each"),
            Map.entry("budget_fallbacks", ROUTES),
            Map.entry("budget_reset_at", "left out; periods begin by the calendar, in UTC"),
            Map.entry("temp_budget_increase", "POST /admin/v1/budgets/{id}/increases"),
            Map.entry("temp_budget_expiry", "POST /admin/v1/budgets/{id}/increases"),
            Map.entry("throttle_on_budget_exceeded", NOTHING),
            Map.entry("rpm_limit_type", NOTHING),
            Map.entry("tpm_limit_type", NOTHING),
            Map.entry("default_estimated_output_tokens", NOTHING),
            Map.entry("default_estimated_output_tokens_per_model", NOTHING),
            Map.entry("end_user_budget_id", "POST /admin/v1/budgets with a scope per end_user"),
            Map.entry("aliases", ROUTES),
            Map.entry("config", ROUTES),
            Map.entry("router_settings", ROUTES),
            Map.entry("enable_prompt_caching", ROUTES),
            Map.entry("allowed_cache_controls", NOTHING),
            Map.entry("permissions", TOKENS),
            Map.entry("key_type", TOKENS),
            Map.entry("allowed_routes", NOTHING),
            Map.entry("allowed_passthrough_routes", NOTHING),
            Map.entry("denied_passthrough_routes", NOTHING),
            Map.entry("allowed_vector_store_indexes", NOTHING),
            Map.entry("object_permission", NOTHING),
            Map.entry("access_group_ids", "models"),
            Map.entry("guardrails", NOTHING),
            Map.entry("disable_global_guardrails", NOTHING),
            Map.entry("policies", NOTHING),
            Map.entry("prompts", "PATCH /admin/v1/settings/{feature}"),
            Map.entry("enforced_params", NOTHING),
            Map.entry("mcp_rpm_limit", NOTHING),
            Map.entry("send_invite_email", NOTHING),
            Map.entry("agent_id", "tags or metadata"),
            Map.entry("project_id", "team_id, which is a client here"),
            Map.entry("user_email", "user_id"),
            Map.entry("auto_rotate", ROTATION),
            Map.entry("rotation_interval", ROTATION));

    private OtherFields() {}

    /** Refuses what is asked for by fields that a request has beside those that are taken. */
    static void refuse(@Nullable Map<String, @Nullable Object> others) {
        if (others == null) {
            return;
        }
        others.forEach((field, value) -> {
            String instead = INSTEAD.get(field);
            if (instead == null) {
                throw new Problem(
                        ProblemCode.INVALID_VALUE,
                        shown(field) + ": there is no such field (expected: those that docs/litellm.md lists)",
                        shown(field));
            }
            if (!asksForNothing(field, value)) {
                throw refused(field, instead);
            }
        });
    }

    /** Refuses a field that other requests have. */
    static void refuse(String field, boolean given) {
        if (given) {
            throw refused(field, INSTEAD.getOrDefault(field, NOTHING));
        }
    }

    private static Problem refused(String field, String instead) {
        return new Problem(
                ProblemCode.INVALID_VALUE, field + ": not taken by Tollgate (expected: " + instead + ")", field);
    }

    private static boolean asksForNothing(String field, @Nullable Object value) {
        return switch (value) {
            case null -> true;
            case Boolean on -> !on;
            case Collection<?> list -> list.isEmpty();
            case Map<?, ?> object -> object.isEmpty();
            case String word -> field.equals("key_type") && (word.equals("default") || word.equals("llm_api"));
            default -> false;
        };
    }

    private static String shown(String field) {
        return field.length() <= 100 ? field : field.substring(0, 100) + "…";
    }
}
