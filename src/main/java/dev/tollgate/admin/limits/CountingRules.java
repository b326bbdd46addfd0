package dev.tollgate.admin.limits;

import dev.tollgate.admin.AdminJson;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.rules.RuleBook;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The limits and budgets that count a request, as they are in force. */
public final class CountingRules {
    private CountingRules() {}

    /** A limit, and in whose count the request is. */
    record CountingLimit(
            String id,
            String name,
            ScopeView scope,
            String mode,
            @Nullable String subject,
            String kind,
            Object amount,
            @Nullable String currency,
            @Nullable String period) {
        static CountingLimit of(UsageLimit limit, Traits traits) {
            Unit unit = Unit.of(limit.kind());
            return new CountingLimit(
                    limit.id(),
                    limit.name(),
                    ScopeView.of(limit.scope()),
                    limit.mode().label(),
                    CountingRules.subject(limit.scope().subject(traits)),
                    limit.kind().label(),
                    unit.show(limit.amount()),
                    unit.currency(),
                    RatePeriod.label(limit.periodSeconds()));
        }
    }

    /** A budget, and in whose count the request is; its amount is that of a period, before increases. */
    record CountingBudget(
            String id,
            String name,
            ScopeView scope,
            String mode,
            @Nullable String subject,
            String measure,
            Object amount,
            @Nullable String currency,
            String period) {
        static CountingBudget of(Budget budget, long amount, Traits traits) {
            Unit unit = Unit.of(budget.measure());
            return new CountingBudget(
                    budget.id(),
                    budget.name(),
                    ScopeView.of(budget.scope()),
                    budget.mode().label(),
                    CountingRules.subject(budget.scope().subject(traits)),
                    budget.measure().label(),
                    unit.show(amount),
                    unit.currency(),
                    budget.period().unit().label());
        }
    }

    /** JSON by the names of members: {@code limits} and {@code budgets}. */
    public static Map<String, String> of(RuleBook book, Traits traits) {
        List<CountingLimit> limits = book.limits().of(traits).stream()
                .map(limit -> CountingLimit.of(limit, traits))
                .toList();
        List<CountingBudget> budgets = book.budgets().of(traits).stream()
                .map(budget -> CountingBudget.of(budget, book.amounts().getOrDefault(budget.id(), 0L), traits))
                .toList();
        return Map.of("limits", json(limits), "budgets", json(budgets));
    }

    private static String json(List<?> views) {
        JsonArray json = new JsonArray();
        views.forEach(view -> json.add(AdminJson.object(view)));
        return json.encode();
    }

    private static @Nullable String subject(String subject) {
        return subject.isEmpty() ? null : subject;
    }
}
