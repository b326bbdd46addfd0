package dev.tollgate.admin.limits;

import dev.tollgate.kernel.RequestId;
import dev.tollgate.limits.rules.Doubt;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a call may have cost beyond what was booked, as nobody knows how it ended. */
@Schema(example = """
        {"id": 17, "budget_id": "bud_8d2k5n7w1q3z", "organization_id": "org_4fk2m9x0q7ab", "window_id": 4711,
         "request_id": "req_019aa5b0f2c27d4e8f3a1b2c3d4e5f60", "epoch": 3, "measure": "charge", "amount": "0.01",
         "currency": "USD", "reason": "interrupted", "state": "held", "created_at": "2026-11-21T12:00:00.123456Z",
         "decided_at": null}
        """)
public record DoubtView(
        long id,
        String budgetId,
        @Nullable String organizationId,
        long windowId,
        String requestId,
        long epoch,
        String measure,
        Object amount,
        @Nullable String currency,
        String reason,
        String state,
        Instant createdAt,
        @Nullable Instant decidedAt) {
    static DoubtView of(Doubt doubt) {
        Unit unit = Unit.of(doubt.measure());
        return new DoubtView(
                doubt.id(),
                doubt.budgetId(),
                doubt.organizationId(),
                doubt.windowId(),
                new RequestId(doubt.requestId()).toString(),
                doubt.epoch(),
                doubt.measure().label(),
                unit.show(doubt.amount()),
                unit.currency(),
                doubt.reason(),
                doubt.state().label(),
                doubt.createdAt(),
                doubt.decidedAt());
    }
}
