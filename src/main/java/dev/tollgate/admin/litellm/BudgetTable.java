package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Money;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.LimitRecord;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A budget that keys can be given. */
@Schema(example = """
        {"budget_id": "free-plan", "max_budget": 5, "soft_budget": 4, "max_parallel_requests": 2, "tpm_limit": 20000,
         "rpm_limit": 10, "budget_duration": "1d", "organization_id": "org_4fk2m9x0q7ab"}
        """)
@RegisterForReflection // no resource method returns it as such
public record BudgetTable(
        String budgetId,

        @Schema(type = SchemaType.NUMBER, description = "Dollars.") @Nullable
        Money maxBudget,

        @Schema(type = SchemaType.NUMBER, description = "Dollars.") @Nullable
        Money softBudget,

        @Nullable Long maxParallelRequests,
        @Nullable Long tpmLimit,
        @Nullable Long rpmLimit,
        @Nullable String budgetDuration,
        String organizationId) {
    static BudgetTable of(String budgetId, String organizationId, Ruleset rules) {
        return new BudgetTable(
                budgetId,
                money(rules, MoneyField.MAX_BUDGET),
                money(rules, MoneyField.SOFT_BUDGET),
                amount(rules, RateField.MAX_PARALLEL_REQUESTS),
                amount(rules, RateField.TPM_LIMIT),
                amount(rules, RateField.RPM_LIMIT),
                duration(rules),
                organizationId);
    }

    static @Nullable Money money(Ruleset rules, MoneyField field) {
        return rules.budget(field).map(BudgetRecord::amount).map(Money::new).orElse(null);
    }

    static @Nullable Long amount(Ruleset rules, RateField field) {
        return rules.limit(field)
                .map(LimitRecord::rule)
                .map(rule -> rule.amount())
                .orElse(null);
    }

    static @Nullable String duration(Ruleset rules) {
        return rules.clock()
                .map(budget -> BudgetDuration.of(budget.rule().period().unit()))
                .orElse(null);
    }
}
