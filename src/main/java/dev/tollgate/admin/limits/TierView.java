package dev.tollgate.admin.limits;

import dev.tollgate.limits.pg.PgTiers;
import dev.tollgate.limits.rules.Tier;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A tier with the rules that it owns. */
@Schema(example = """
        {"name": "startup", "description": "starter, with more tokens", "budgets": [], "limits": [],
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z",
         "archived_at": null}
        """)
public record TierView(
        String name,
        String description,

        @Schema(description = "Changed at `/admin/v1/budgets`.")
        List<BudgetView> budgets,

        @Schema(description = "Changed at `/admin/v1/limits`.")
        List<LimitView> limits,

        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant archivedAt) {
    static TierView of(PgTiers.Bundle bundle) {
        Tier tier = bundle.tier();
        return new TierView(
                tier.name(),
                tier.description(),
                bundle.budgets().stream().map(BudgetView::of).toList(),
                bundle.limits().stream().map(LimitView::of).toList(),
                tier.createdAt(),
                tier.updatedAt(),
                tier.archivedAt());
    }
}
