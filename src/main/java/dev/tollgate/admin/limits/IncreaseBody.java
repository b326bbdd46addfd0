package dev.tollgate.admin.limits;

import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.Increase;
import dev.tollgate.limits.rules.RuleBounds;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** More of a budget for a time. */
@Schema(example = """
        {"subject": null, "amount": "25.00", "starts_at": "2026-11-27T00:00:00Z", "ends_at": "2026-11-30T00:00:00Z",
         "reason": "the sale"}
        """)
public record IncreaseBody(
        @Schema(description = Words.SUBJECT) @Nullable String subject,

        @Schema(description = "A decimal string of dollars, or a whole number of tokens or requests.") @Nullable
        Object amount,

        @Schema(description = "Now by default.") @Nullable Instant startsAt,

        @Schema(description = "Needed; within ten years. From then on what is used above the amount refuses.") @Nullable
        Instant endsAt,

        @Schema(description = Words.REASON) @Nullable String reason) {
    private static final Duration LONGEST = Duration.ofDays(3_653);

    Increase of(BudgetRecord budget, String id, Instant now) {
        Instant from = startsAt == null ? now : startsAt;
        Instant to = Given.required("ends_at", endsAt);
        if (!to.isAfter(from) || !to.isAfter(now) || to.isAfter(now.plus(LONGEST))) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "ends_at: " + to + " (expected: after its beginning, a time to come within ten years)",
                    "ends_at");
        }
        if (startsAt != null && startsAt.isBefore(now.minus(LONGEST))) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, "starts_at: " + startsAt + " (expected: not so long ago)", "starts_at");
        }
        return new Increase(
                id,
                budget.rule().id(),
                Subjects.of(budget, subject),
                Subjects.amount(budget, amount),
                from,
                to,
                RuleBounds.text("reason", reason == null ? "" : reason),
                now);
    }
}
