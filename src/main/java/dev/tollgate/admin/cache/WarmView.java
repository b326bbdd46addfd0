package dev.tollgate.admin.cache;

import dev.tollgate.cache.warming.Warming;
import dev.tollgate.kernel.Money;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How far a warming has come. */
@Schema(example = """
        {"id": "wrm_7d3k9s2m4x1q", "organization_id": "org_4fk2m9x0q7ab", "state": "running", "requests": 200,
         "stored": 120, "known": 14, "uncacheable": 0, "failed": 1, "spent": "0.41", "budget": "2.50", "currency": "USD",
         "started_at": "2026-11-21T20:00:00Z", "ended_at": null}
        """)
public record WarmView(
        String id,
        String organizationId,

        @Schema(description = "`running`, `done`, `out_of_budget` or `stopped`.")
        String state,

        int requests,

        @Schema(description = "Answers that were asked of a provider, and are cached if their policy lets them.")
        int stored,

        @Schema(description = "Answers that were cached before.")
        int known,

        @Schema(description = "Requests whose answers are not cached.")
        int uncacheable,

        @Schema(description = "Requests without a good answer.")
        int failed,

        Money spent,
        Money budget,
        String currency,
        Instant startedAt,
        @Nullable Instant endedAt) {
    static WarmView of(Warming warming) {
        Warming.Progress progress = warming.progress();
        return new WarmView(
                warming.id(),
                warming.organizationId(),
                progress.state().label(),
                progress.requests(),
                progress.stored(),
                progress.known(),
                progress.uncacheable(),
                progress.failed(),
                progress.spent(),
                progress.budget(),
                "USD",
                progress.startedAt(),
                progress.endedAt());
    }
}
