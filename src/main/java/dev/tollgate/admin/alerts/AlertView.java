package dev.tollgate.admin.alerts;

import dev.tollgate.alerts.Alert;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An alert. */
@Schema(example = """
        {"id": "alr_0b6c1f0c5c5a4b0f8d2f6f7a4f6f2f11", "kind": "budget.threshold",
         "organization_id": "org_4fk2m9x0q7ab", "severity": "warning", "subject": "90 % of the budget are spent",
         "details": {"spent_percent": 90}, "occurred_at": "2026-11-21T12:00:00Z",
         "raised_at": "2026-11-21T12:00:00.123456Z"}
        """)
public record AlertView(
        String id,
        String kind,

        @Schema(description = "Whose it is; null is the platform's.") @Nullable
        String organizationId,

        @Schema(enumeration = {"info", "warning", "critical"})
        String severity,

        @Schema(description = "One line for people.") String subject,

        @Schema(description = "What programs want to know; it depends on the kind.")
        Map<String, Object> details,

        Instant occurredAt,
        Instant raisedAt) {
    static AlertView of(Alert alert) {
        return new AlertView(
                alert.id(),
                alert.kind(),
                alert.organizationId(),
                alert.severity().label(),
                alert.subject(),
                alert.payload().getMap(),
                alert.occurredAt(),
                alert.raisedAt());
    }
}
