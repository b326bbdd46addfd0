package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Money;
import dev.tollgate.limits.budget.Bounds;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.RuleBounds;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Key;
import dev.tollgate.tenancy.Profile;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is known of a key, in LiteLLM's words. */
@Schema(example = """
        {"key_id": "key_4egcqyrdeul4", "key_name": "sk-tg-4egcqyrdeul4-…", "key_alias": "checkout", "spend": 1.000000003,
         "expires": "2026-12-21T12:00:00Z", "models": ["gpt-5-mini"], "user_id": "ann",
         "team_id": "cli_7c3n5v1z8y2d", "organization_id": "org_4fk2m9x0q7ab", "max_budget": 12.5, "soft_budget": 10,
         "budget_duration": "30d", "budget_reset_at": "2026-12-01T00:00:00Z", "rpm_limit": 60, "tpm_limit": 100000,
         "max_parallel_requests": 5, "metadata": {"app": "shop"}, "tags": ["team:payments"], "blocked": false,
         "budget_id": null, "litellm_budget_table": null, "last_active": "2026-11-21T12:34:56Z",
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z"}
        """)
@RegisterForReflection // no resource method returns it as such
public record KeyInfo(
        @Schema(description = "What it is called by under `/admin/v1/keys`.")
        String keyId,

        @Schema(description = "Its public part.") String keyName,
        @Nullable String keyAlias,

        @Schema(
                type = SchemaType.NUMBER,
                description = "Dollars booked since its budget began anew, or ever where none does.")
        @Nullable
        String spend,

        @Nullable Instant expires,
        List<String> models,
        @Nullable String userId,
        @Nullable String teamId,
        String organizationId,

        @Schema(type = SchemaType.NUMBER, description = "Dollars.") @Nullable
        Money maxBudget,

        @Schema(type = SchemaType.NUMBER, description = "Dollars.") @Nullable
        Money softBudget,

        @Nullable String budgetDuration,
        @Nullable Instant budgetResetAt,
        @Nullable Long rpmLimit,
        @Nullable Long tpmLimit,
        @Nullable Long maxParallelRequests,
        Map<String, Object> metadata,
        List<String> tags,
        boolean blocked,
        @Nullable String budgetId,

        @Schema(description = "What its `budget_id` says.") @Nullable
        BudgetTable litellmBudgetTable,

        @Nullable Instant lastActive,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * A key with what holds for it.
     *
     * @param own rules of the key
     * @param shared the budget that it was given, or null
     */
    record Known(
            Key key,
            Ruleset own,
            @Nullable BudgetTable shared,
            @Nullable Period sharedPeriod) {
        /** The period by which its spend is counted: its own budget's, else that of the one it was given. */
        @Nullable
        Period period() {
            return own.clock().map(budget -> budget.rule().period()).orElse(sharedPeriod);
        }

        /** Since when its spend is counted. */
        Instant since(Instant now) {
            Period period = period();
            Instant created = key.stamps().createdAt();
            Instant began = period == null ? created : Bounds.of(period, now).start();
            return began.isAfter(created) ? began : created;
        }
    }

    static KeyInfo of(Known known, @Nullable String spend, Instant now) {
        Key key = known.key;
        Profile profile = key.profile();
        Ruleset own = known.own;
        Period period = known.period();
        return new KeyInfo(
                key.id(),
                ApiKey.PREFIX + key.id().substring("key_".length()) + "-…",
                profile.name().equals(key.id()) ? null : profile.name(),
                spend,
                profile.expiresAt(),
                profile.allowedModels() == null ? List.of() : profile.allowedModels(),
                profile.owner(),
                key.clientId(),
                key.organizationId(),
                BudgetTable.money(own, MoneyField.MAX_BUDGET),
                BudgetTable.money(own, MoneyField.SOFT_BUDGET),
                BudgetTable.duration(own),
                period == null || RuleBounds.isEndless(period.unit())
                        ? null
                        : Bounds.of(period, now).end(),
                BudgetTable.amount(own, RateField.RPM_LIMIT),
                BudgetTable.amount(own, RateField.TPM_LIMIT),
                BudgetTable.amount(own, RateField.MAX_PARALLEL_REQUESTS),
                profile.metadata().getMap(),
                RequestTags.written(profile.tags()),
                !profile.enabled(),
                SharedBudget.of(profile.tags()),
                known.shared,
                key.lastUsedAt(),
                key.stamps().createdAt(),
                key.stamps().updatedAt());
    }
}
