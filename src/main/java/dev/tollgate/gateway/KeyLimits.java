package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.BudgetStanding;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
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
                .recover(KeyLimits::unavailable)
                .map(standings -> {
                    JsonArray told = new JsonArray();
                    for (int i = 0; i < standings.size(); i++) {
                        Budget budget = budgets.get(i);
                        told.add(RuleJson.of(budget, subjects.get(i), standings.get(i))
                                .put("guarantee", guarantee(budget)));
                    }
                    JsonArray limits = new JsonArray();
                    book.limits().beneath(of).forEach(limit -> limits.add(RuleJson.of(limit)));
                    return new JsonObject()
                            .put("object", "limits")
                            .put("as_of", clock.instant().toString())
                            .put("budgets", told)
                            .put("limits", limits);
                });
    }

    private String guarantee(Budget budget) {
        return budget.mode() == Mode.HARD && !unboundedAllowed ? "hard" : "bounded";
    }

    /** That figures can't be read, as the caller is told. */
    static <T> Future<T> unavailable(Throwable failure) {
        LOG.warnf("The standing of budgets can't be read: %s", failure.getMessage());
        return Future.failedFuture(new Problem(
                ProblemCode.DATABASE_UNAVAILABLE, "Tollgate's database can't be asked at present; try again later."));
    }
}
