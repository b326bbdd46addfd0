package dev.tollgate.admin.limits;

import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.BudgetRecord;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A budget. */
@Schema(example = """
        {"id": "bud_8d2k5n7w1q3z", "organization_id": "org_4fk2m9x0q7ab",
         "scope": {"owner": "organization", "owner_id": "org_4fk2m9x0q7ab", "models": null, "feature": null,
                   "tag": null, "end_user": null, "per": []},
         "name": "Acme, a month", "measure": "charge", "amount": "200", "multiplier": "1", "currency": "USD",
         "period": "month", "zone": "Europe/Berlin", "week_start": "monday", "year_start": "january", "mode": "hard", "enabled": true,
         "carry_over": false, "carry_over_max": null, "thresholds": [75, 90, 100], "origin": null,
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z",
         "archived_at": null}
        """)
public record BudgetView(
        String id,
        @Nullable String organizationId,
        ScopeView scope,
        String name,
        String measure,
        @Nullable Object amount,
        Object multiplier,
        @Nullable String currency,
        String period,
        String zone,
        String weekStart,
        String yearStart,
        String mode,
        boolean enabled,
        boolean carryOver,
        @Nullable Object carryOverMax,
        List<Integer> thresholds,
        @Nullable String origin,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant archivedAt) {
    public static BudgetView of(BudgetRecord budget) {
        Unit unit = Unit.of(budget.rule().measure());
        Period period = budget.rule().period();
        return new BudgetView(
                budget.rule().id(),
                budget.state().organizationId(),
                ScopeView.of(budget.rule().scope()),
                budget.rule().name(),
                budget.rule().measure().label(),
                period.unit() == Period.Unit.CREDIT ? null : unit.show(budget.amount()),
                Unit.FACTOR.show(budget.multiplier()),
                unit.currency(),
                period.unit().label(),
                period.zone().getId(),
                Choice.label(period.weekStart()),
                Choice.label(period.yearStart()),
                budget.rule().mode().label(),
                budget.state().enabled(),
                budget.carryOver(),
                budget.carryOverMax() == null ? null : unit.show(budget.carryOverMax()),
                budget.thresholds(),
                budget.state().origin(),
                budget.state().createdAt(),
                budget.state().updatedAt(),
                budget.state().archivedAt());
    }
}
