package dev.tollgate.admin.alerts;

import dev.tollgate.alerts.DeliveryRecord;
import dev.tollgate.alerts.DeliveryRecord.LoggedAttempt;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An alert on its way over a channel. */
@Schema(example = """
        {"id": "dlv_6f2f11d2f0b6c1f0c5c5a4b0f8f6f7a4", "alert_id": "alr_0b6c1f0c5c5a4b0f8d2f6f7a4f6f2f11",
         "kind": "budget.threshold", "channel_id": "chn_3k9d7s1m5q2x", "organization_id": "org_4fk2m9x0q7ab",
         "state": "waiting", "attempts": 1, "attempts_left": 11, "due_at": "2026-11-21T12:00:04Z",
         "created_at": "2026-11-21T12:00:00.123456Z", "ended_at": null,
         "log": [{"number": 1, "begun_at": "2026-11-21T12:00:00.2Z", "delivered": false, "status": 503,
                  "latency_ms": 87, "error": "answered 503: busy"}]}
        """)
public record DeliveryView(
        String id,
        String alertId,
        String kind,
        String channelId,

        @Schema(description = "Whose channel it is; null is the platform's.") @Nullable
        String organizationId,

        @Schema(enumeration = {"waiting", "delivered", "dead", "cancelled"})
        String state,

        @Schema(description = "How many were made.") int attempts,
        int attemptsLeft,

        @Schema(description = "When it is tried next; null unless it waits.") @Nullable
        Instant dueAt,

        Instant createdAt,

        @Schema(description = "When it was delivered, given up or cancelled.") @Nullable
        Instant endedAt,

        @Schema(description = "Its attempts, the latest first, up to 100; in a list the latest alone.")
        List<AttemptView> log) {
    /** An attempt to deliver. */
    public record AttemptView(
            int number,
            Instant begunAt,

            @Schema(description = "Null while it is under way, and where its sender never came back.") @Nullable
            Boolean delivered,

            @Schema(description = "What the receiver answered, where it did.") @Nullable
            Integer status,

            @Nullable Integer latencyMs,

            @Schema(description = "Why it failed, with at most 256 characters of the answer.") @Nullable
            String error) {
        static AttemptView of(LoggedAttempt attempt) {
            return new AttemptView(
                    attempt.number(),
                    attempt.begunAt(),
                    attempt.delivered(),
                    attempt.status(),
                    attempt.latencyMillis(),
                    attempt.error());
        }
    }

    static DeliveryView of(DeliveryRecord delivery) {
        return new DeliveryView(
                delivery.id(),
                delivery.alertId(),
                delivery.kind(),
                delivery.channelId(),
                delivery.organizationId(),
                delivery.state(),
                delivery.attempts(),
                delivery.attemptsLeft(),
                delivery.dueAt(),
                delivery.createdAt(),
                delivery.endedAt(),
                delivery.log().stream().map(AttemptView::of).toList());
    }
}
