package dev.tollgate.admin.cache;

import dev.tollgate.cache.CacheSelection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What was dropped. */
@Schema(example = """
        {"organization_id": "org_4fk2m9x0q7ab", "client_id": null, "pool": null, "route": "support-bot", "model": null,
         "stored_before": "2026-11-21T20:00:00Z", "key": null, "removed": 42}
        """)
public record DropView(
        @Nullable String organizationId,
        @Nullable String clientId,
        @Nullable String pool,
        @Nullable String route,
        @Nullable String model,

        @Schema(description = "Answers that were cached before are meant.")
        Instant storedBefore,

        @Nullable String key,

        @Schema(
                description = "How many answers were removed from the tier that had most of them; null where not all"
                        + " tiers could be cleaned by now. They are given to nobody in any case.")
        @Nullable
        Long removed) {
    static DropView of(CacheSelection selection, @Nullable Long removed) {
        Long before = selection.storedBeforeMillis();
        return new DropView(
                selection.organizationId(),
                selection.clientId(),
                selection.pool(),
                selection.route(),
                selection.model(),
                Instant.ofEpochMilli(before == null ? 0 : before),
                selection.digest(),
                removed);
    }
}
