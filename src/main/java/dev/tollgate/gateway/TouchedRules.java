package dev.tollgate.gateway;

import dev.tollgate.kernel.Money;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.BudgetStanding;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.rate.Charge;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rate.Standing;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The limits and budgets that a dry run would touch, how they stand, and whether they would refuse it. Nothing is charged or
 * held: buckets are asked by charges of nothing, budgets by what the database has.
 */
final class TouchedRules {
    private final JsonArray limits = new JsonArray();
    private final Set<String> priced = new HashSet<>();
    private List<Budget> budgets = List.of();
    private Predicate<Budget> isUnbounded = _ -> false;
    private @Nullable OutputWant want;

    /** What limits say to a request. */
    record Look(List<JsonObject> told) {
        boolean refuses() {
            return told.stream().anyMatch(limit -> limit.getBoolean("refuses"));
        }
    }

    /** Looks how limits stand; prices are told later, by {@link #within}. */
    static Future<Look> look(Exchange exchange, List<UsageLimit> those, RateLimits rates) {
        List<JsonObject> told = new ArrayList<>();
        for (UsageLimit limit : those) {
            switch (limit.kind()) {
                case REQUEST_BYTES -> {
                    int length = exchange.body().length();
                    told.add(RuleJson.of(limit)
                            .put("needs", length)
                            .put("refuses", limit.mode() == Mode.HARD && length > limit.amount()));
                }
                case OUTPUT_CAP, DEADLINE -> told.add(RuleJson.of(limit).put("refuses", false));
                default -> {}
            }
        }
        RateCharges charges =
                RateCharges.of(exchange, those, exchange.governed().traits());
        if (charges.isEmpty()) {
            return Future.succeededFuture(new Look(told));
        }
        return rates.tryAtOnce(charges.questions(), RateCharges.PRIORITY).map(decision -> {
            List<Standing> standings = ((Decision.Admitted) decision).standings();
            for (int i = 0; i < standings.size(); i++) {
                told.add(rate(charges.limit(i), charges.charges().get(i), standings.get(i)));
            }
            return new Look(told);
        });
    }

    private static JsonObject rate(UsageLimit limit, Charge charge, Standing standing) {
        return RuleJson.of(limit)
                .put("needs", charge.cost())
                .put("remaining", Math.max(0, standing.remaining()))
                .put("resets_in_ms", standing.resetMillis())
                .put("refuses", charge.binds() && charge.cost() > standing.remaining());
    }

    void add(Look look) {
        look.told().forEach(limits::add);
    }

    /**
     * The request within a limit of what one may cost; as it is where it would be refused, or let through beyond it. The first
     * time decides, as it does for a request that is sent.
     */
    OutputWant within(UsageLimit limit, long most, OutputWant asked) {
        boolean fits = asked.most().charge() <= most;
        OutputWant cheaper = fits ? asked : asked.fitted(Measure.CHARGE, most);
        boolean binds = limit.mode() == Mode.HARD;
        if (priced.add(limit.id())) {
            limits.add(RuleJson.of(limit)
                    .put("currency", "USD")
                    .put("most", new Money(most).toDollars())
                    .put("needs", new Money(asked.most().charge()).toDollars())
                    .put("refuses", binds && cheaper == null));
        }
        return binds && cheaper != null ? cheaper : asked;
    }

    /**
     * The budgets that it would be held of.
     *
     * @param asked the most that it may use, with its tokens counted
     * @param unbounded tells those that would refuse it because nothing bounds what it uses of them
     */
    void wouldHold(List<Budget> those, OutputWant asked, Predicate<Budget> unbounded) {
        budgets = those;
        want = asked;
        isUnbounded = unbounded;
    }

    /**
     * Reads how the budgets stand, and caps the output to what they have left, as the request's would be. Members of the
     * answer as JSON, by their names.
     */
    Future<Map<String, String>> answer(Exchange exchange, KeyLimits.Source standings) {
        Traits traits = exchange.governed().traits();
        List<String> ids = budgets.stream().map(Budget::id).toList();
        List<String> subjects =
                budgets.stream().map(budget -> budget.scope().subject(traits)).toList();
        return standings.of(ids, subjects).recover(KeyLimits::unavailable).map(found -> {
            JsonArray told = new JsonArray();
            for (int i = 0; i < found.size(); i++) {
                told.add(budget(exchange, budgets.get(i), subjects.get(i), found.get(i)));
            }
            return Map.of("limits", limits.encode(), "budgets", told.encode());
        });
    }

    private JsonObject budget(Exchange exchange, Budget budget, String subject, BudgetStanding standing) {
        Measure measure = budget.measure();
        OutputWant asked = want;
        long needs = asked == null ? 0 : asked.most().of(measure);
        boolean refuses = budget.mode() == Mode.HARD && isUnbounded.test(budget);
        long left = standing.standing().unspent();
        if (asked != null && budget.mode() == Mode.HARD && needs > left) {
            OutputWant less = asked.fitted(measure, left);
            if (less == null) {
                refuses = true;
            } else {
                want = less;
                HoldBudget.ask(exchange, less);
            }
        }
        return RuleJson.of(budget, subject, standing)
                .put("needs", RuleJson.figure(measure, needs))
                .put("refuses", refuses);
    }
}
