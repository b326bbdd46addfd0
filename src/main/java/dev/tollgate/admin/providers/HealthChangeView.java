package dev.tollgate.admin.providers;

import dev.tollgate.provider.health.HealthChange;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A change of an account's state. */
@Schema(example = """
        {"at": "2026-11-20T03:12:44.012345Z", "from": "degraded", "to": "down", "reason": "the provider can't be reached"}
        """)
public record HealthChangeView(
        Instant at,

        @Schema(enumeration = {"up", "degraded", "down"}) String from,

        @Schema(enumeration = {"up", "degraded", "down"}) String to,

        @Nullable String reason) {
    static HealthChangeView of(HealthChange change) {
        return new HealthChangeView(
                change.at(), change.from().label(), change.to().label(), change.reason());
    }
}
