package dev.tollgate.gateway;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Rule;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.BudgetStanding;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.ShareStore.Standing;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;

/** The limits and budgets that hold for a key, for whoever holds it, and how they stand: {@code GET /v1/limits}. */
public final class KeyLimits {
    private static final Logger LOG = Logger.getLogger(KeyLimits.class);

    private final RulesInForce rules;
    private final TraitsOf traits;
    private final Source source;
    private final boolean unboundedAllowed;
    private final InstantSource clock;

    /** Where the figures of budgets come from. */
    @FunctionalInterface
    public interface Source {
        Future<List<BudgetStanding>> of(List<String> budgetIds, List<String> subjects);
    }

    /** @param unboundedAllowed whether requests may go on whose cost nothing bounds, so that hard budgets can be exceeded */
    KeyLimits(RulesInForce rules, TraitsOf traits, Source source, boolean unboundedAllowed, InstantSource clock) {
        this.rules = rules;
        this.traits = traits;
        this.source = source;
        this.unboundedAllowed = unboundedAllowed;
        this.clock = clock;
    }

    Future<JsonObject> of(Exchange exchange) {
        RuleBook book = rules.book();
        Traits of = traits.of(exchange, book);
        List<Budget> budgets = book.budgets().beneath(of);
        List<String> subjects =
                budgets.stream().map(budget -> budget.scope().subject(of)).toList();
        return source.of(budgets.stream().map(Budget::id).toList(), subjects)
                .onFailure(failure -> LOG.warnf("The standing of budgets can't be read: %s", failure.getMessage()))
                .recover(_ -> Future.failedFuture(new Problem(
                        ProblemCode.DATABASE_UNAVAILABLE,
                        "Tollgate's database can't be asked at present; try again later.")))
                .map(standings -> {
                    JsonArray told = new JsonArray();
                    for (int i = 0; i < standings.size(); i++) {
                        told.add(budget(budgets.get(i), subjects.get(i), standings.get(i)));
                    }
                    JsonArray limits = new JsonArray();
                    book.limits().beneath(of).forEach(limit -> limits.add(limit(limit)));
                    return new JsonObject()
                            .put("object", "limits")
                            .put("as_of", clock.instant().toString())
                            .put("budgets", told)
                            .put("limits", limits);
                });
    }

    private JsonObject budget(Budget budget, String subject, BudgetStanding standing) {
        Measure measure = budget.measure();
        Standing now = standing.standing();
        JsonObject json = about(budget)
                .put("subject", subject.isEmpty() ? null : subject)
                .put("measure", measure.label())
                .put("period", budget.period().unit().label())
                .put("time_zone", budget.period().zone().getId())
                .put("guarantee", budget.mode() == Mode.HARD && !unboundedAllowed ? "hard" : "bounded");
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

    private static JsonObject limit(UsageLimit limit) {
        JsonObject json = about(limit).put("kind", limit.kind().label());
        if (limit.kind() == UsageLimit.Kind.PRICE_PER_REQUEST) {
            return json.put("currency", "USD").put("limit", new Money(limit.amount()).toDollars());
        }
        json.put("limit", limit.amount());
        return limit.kind().isRate()
                ? json.put("period_seconds", limit.periodSeconds()).put("burst", limit.atOnce())
                : json;
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

    private static Object figure(Measure measure, long amount) {
        return measure.isMoney() ? new Money(amount).toDollars() : (Object) amount;
    }
}
