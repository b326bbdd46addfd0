package dev.tollgate.gateway;

import dev.tollgate.kernel.Money;
import dev.tollgate.limits.Rule;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.BudgetStanding;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.ShareStore.Standing;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Instant;

/** How limits and budgets are told to whoever holds a key. */
final class RuleJson {
    private RuleJson() {}

    /** A budget and how it stands for its subject. */
    static JsonObject of(Budget budget, String subject, BudgetStanding standing) {
        Measure measure = budget.measure();
        Standing now = standing.standing();
        JsonObject json = about(budget)
                .put("subject", subject.isEmpty() ? null : subject)
                .put("measure", measure.label())
                .put("period", budget.period().unit().label())
                .put("time_zone", budget.period().zone().getId());
        if (measure.isMoney()) {
            json.put("currency", "USD");
        }
        return json.put("limit", figure(measure, now.amount()))
                .put("spent", figure(measure, now.settled()))
                .put("held", figure(measure, Math.max(0, now.used() - now.settled() - now.inDoubt())))
                .put("in_doubt", figure(measure, now.inDoubt()))
                .put("remaining", figure(measure, Math.max(0, now.unspent())))
                .put(
                        "resets_at",
                        standing.endsMillis() == 0 || BudgetProblems.isNever(standing.endsMillis())
                                ? null
                                : Instant.ofEpochMilli(standing.endsMillis()).toString());
    }

    static JsonObject of(UsageLimit limit) {
        JsonObject json = about(limit).put("kind", limit.kind().label());
        return switch (limit.kind()) {
            case PRICE_PER_REQUEST -> json.put("currency", "USD").put("limit", new Money(limit.amount()).toDollars());
            case SHARE_PER_REQUEST ->
                json.put(
                        "limit",
                        BigDecimal.valueOf(limit.amount(), 2)
                                .stripTrailingZeros()
                                .toPlainString());
            default -> {
                json.put("limit", limit.amount());
                yield limit.kind().isRate()
                        ? json.put("period_seconds", limit.periodSeconds()).put("burst", limit.atOnce())
                        : json;
            }
        };
    }

    /** A figure of a budget: dollars, or a number. */
    static Object figure(Measure measure, long amount) {
        return measure.isMoney() ? new Money(amount).toDollars() : (Object) amount;
    }

    private static JsonObject about(Rule rule) {
        Scope scope = rule.scope();
        return new JsonObject()
                .put("id", rule.id())
                .put("name", rule.name())
                .put("owner", scope.owner().label())
                .put("owner_id", scope.ownerId().isEmpty() ? null : scope.ownerId())
                .put("feature", scope.feature())
                .put("mode", rule.mode().label());
    }
}
