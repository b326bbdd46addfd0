package dev.tollgate.admin.limits;

import dev.tollgate.limits.rules.Increase;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** More of a budget for a time. */
@Schema(example = """
        {"id": "inc_2b6n8m4c0x7z", "budget_id": "bud_8d2k5n7w1q3z", "subject": null, "amount": "25",
         "currency": "USD", "starts_at": "2026-11-27T00:00:00Z", "ends_at": "2026-11-30T00:00:00Z",
         "reason": "the sale", "created_at": "2026-11-21T12:00:00.123456Z"}
        """)
public record IncreaseView(
        String id,
        String budgetId,
        @Nullable String subject,
        Object amount,
        @Nullable String currency,
        Instant startsAt,
        Instant endsAt,
        String reason,
        Instant createdAt) {
    static IncreaseView of(Increase increase, Unit unit) {
        return new IncreaseView(
                increase.id(),
                increase.budgetId(),
                increase.subject().isEmpty() ? null : increase.subject(),
                unit.show(increase.amount()),
                unit.currency(),
                increase.startsAt(),
                increase.endsAt(),
                increase.reason(),
                increase.createdAt());
    }
}
