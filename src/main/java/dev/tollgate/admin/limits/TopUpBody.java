package dev.tollgate.admin.limits;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.RuleBounds;
import dev.tollgate.limits.rules.TopUp;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a credit is topped up with. */
@Schema(example = """
        {"subject": null, "amount": "500.00", "expires_at": "2027-11-21T00:00:00Z", "reason": "invoice 2026-118"}
        """)
public record TopUpBody(
        @Schema(description = Words.SUBJECT) @Nullable String subject,

        @Schema(description = "A decimal string of dollars, or a whole number of tokens or requests.") @Nullable
        Object amount,

        @Schema(description = "When what is left of it is lost; null is never. What expires first is spent first.")
        @Nullable
        Instant expiresAt,

        @Schema(description = Words.REASON) @Nullable String reason) {
    private static final Duration LONGEST = Duration.ofDays(36_525);

    TopUp of(BudgetRecord budget, String id, Instant now) {
        if (expiresAt != null && (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(LONGEST)))) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "expires_at: " + expiresAt + " (expected: a time to come, within a hundred years, or null)",
                    "expires_at");
        }
        return new TopUp(
                id,
                budget.rule().id(),
                Subjects.of(budget, subject),
                Subjects.amount(budget, amount),
                0,
                expiresAt,
                null,
                RuleBounds.text("reason", reason == null ? "" : reason),
                now);
    }
}
