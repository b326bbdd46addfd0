package dev.tollgate.admin.limits;

import dev.tollgate.limits.rules.WindowUse;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How a window of a budget stands, over all replicas. */
@Schema(example = """
        {"id": 4711, "subject": null, "starts_at": "2026-11-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z",
         "state": "open", "currency": "USD", "amount": "220", "in_force": "220", "carried": "20", "spent": "57.3021",
         "held": "0.42", "in_doubt": "0.01", "reserved": "0", "remaining": "162.6879"}
        """)
public record WindowView(
        long id,

        @Schema(description = "Whose count it is, where the budget has one per something.") @Nullable
        String subject,

        @Schema(description = "Null where the budget has no periods.") @Nullable
        Instant startsAt,

        @Schema(description = "When it begins anew; null where the budget has no periods.") @Nullable
        Instant endsAt,

        String state,
        @Nullable String currency,

        @Schema(description = "What may be used: that of the period, carried over, increases, top-ups.")
        Object amount,

        @Schema(description = "The amount, or after a decrease what was used by then, if that is more.")
        Object inForce,

        @Schema(description = "What was left of the period before.")
        Object carried,

        @Schema(description = "What was booked.") Object spent,

        @Schema(description = "What replicas have for requests that are under way or come next.")
        Object held,

        @Schema(description = "What calls may have cost beyond what was booked.")
        Object inDoubt,

        @Schema(description = "For work that outlives a request.")
        Object reserved,

        @Schema(description = "What neither was nor may have been spent, whoever has it.")
        Object remaining) {
    static WindowView of(WindowUse window, Unit unit) {
        return new WindowView(
                window.id(),
                window.subject().isEmpty() ? null : window.subject(),
                window.startsAt(),
                window.endsAt(),
                window.open() ? "open" : "closed",
                unit.currency(),
                unit.show(window.amount()),
                unit.show(window.inForce()),
                unit.show(window.carried()),
                unit.show(window.spent()),
                unit.show(window.held()),
                unit.show(window.inDoubt()),
                unit.show(window.reserved()),
                unit.show(window.remaining()));
    }
}
