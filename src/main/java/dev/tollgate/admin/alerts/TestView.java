package dev.tollgate.admin.alerts;

import dev.tollgate.alerts.Attempt;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How a test of a channel went. */
@Schema(example = """
        {"delivered": false, "status": 404, "latency_ms": 87, "error": "answered 404: no_team"}
        """)
@RegisterForReflection // no resource method returns it as such
public record TestView(
        boolean delivered,

        @Schema(description = "What the receiver answered; null where it did not, and for e-mail.") @Nullable
        Integer status,

        long latencyMs,

        @Schema(description = "Why it was not delivered.") @Nullable
        String error) {
    static TestView of(Attempt attempt) {
        return new TestView(attempt.delivered(), attempt.status(), attempt.latencyMillis(), attempt.error());
    }
}
