package dev.tollgate.admin.litellm;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said of a budget that keys can be given, in LiteLLM's words. */
@Schema(example = """
        {"budget_id": "free-plan", "max_budget": 5, "soft_budget": 4, "budget_duration": "1d", "rpm_limit": 10,
         "tpm_limit": 20000, "max_parallel_requests": 2, "organization_id": "org_4fk2m9x0q7ab"}
        """)
public record BudgetRequest(
        @Schema(description = "What `/key/generate` names it by; one is made up where it is left out.") @Nullable
        String budgetId,

        @Schema(description = Asked.MAX_BUDGET) @Nullable Optional<Object> maxBudget,
        @Schema(description = Asked.SOFT_BUDGET) @Nullable Optional<Object> softBudget,

        @Schema(description = Asked.BUDGET_DURATION) @Nullable
        Optional<String> budgetDuration,

        @Schema(description = Asked.RPM_LIMIT) @Nullable Optional<Long> rpmLimit,
        @Schema(description = Asked.TPM_LIMIT) @Nullable Optional<Long> tpmLimit,

        @Schema(description = Asked.MAX_PARALLEL_REQUESTS) @Nullable
        Optional<Long> maxParallelRequests,

        @Schema(description = Asked.ORGANIZATION_ID) @Nullable
        String organizationId,

        @JsonAnySetter @Schema(hidden = true) @Nullable Map<String, @Nullable Object> others) {

    Wanted wanted() {
        return Wanted.of(maxBudget, softBudget, budgetDuration, rpmLimit, tpmLimit, maxParallelRequests);
    }
}
