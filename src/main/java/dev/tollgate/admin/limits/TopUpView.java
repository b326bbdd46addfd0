package dev.tollgate.admin.limits;

import dev.tollgate.limits.rules.TopUp;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a credit was topped up with. */
@Schema(example = """
        {"id": "top_9s1d3f5g7h2j", "budget_id": "bud_8d2k5n7w1q3z", "subject": null, "amount": "500",
         "currency": "USD", "forfeited": "0", "expires_at": "2027-11-21T00:00:00Z", "expired_at": null,
         "reason": "invoice 2026-118", "created_at": "2026-11-21T12:00:00.123456Z"}
        """)
public record TopUpView(
        String id,
        String budgetId,
        @Nullable String subject,
        Object amount,
        @Nullable String currency,

        @Schema(description = "What was not spent of it when it expired.")
        Object forfeited,

        @Nullable Instant expiresAt,
        @Nullable Instant expiredAt,
        String reason,
        Instant createdAt) {
    static TopUpView of(TopUp topUp, Unit unit) {
        return new TopUpView(
                topUp.id(),
                topUp.budgetId(),
                topUp.subject().isEmpty() ? null : topUp.subject(),
                unit.show(topUp.amount()),
                unit.currency(),
                unit.show(topUp.forfeited()),
                topUp.expiresAt(),
                topUp.expiredAt(),
                topUp.reason(),
                topUp.createdAt());
    }
}
