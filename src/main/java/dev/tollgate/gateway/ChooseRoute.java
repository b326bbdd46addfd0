package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.rules.Stops;
import dev.tollgate.provider.Candidate;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.Choice;
import dev.tollgate.routing.LowBudget;
import dev.tollgate.routing.Places;
import dev.tollgate.routing.Router;
import dev.tollgate.routing.Routes;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.TierRouting;
import dev.tollgate.routing.when.RequestTraits;
import io.vertx.core.Future;
import java.util.function.IntSupplier;

/**
 * Finds out where a request goes that asks for a route, and what a tier has in place of a model that it may not use. Does
 * what is to be done as a budget runs down. What asks for a model that it may use passes.
 */
public final class ChooseRoute implements Stage {
    private static final String BUDGET_LEFT = "x-tollgate-budget-left";
    private static final String ROUTE = "x-tollgate-route";
    private static final String PROVIDER = "x-tollgate-provider";

    private final RoutesInForce routes;
    private final AccountPlaces places;
    private final Router router;
    private final Budgets budgets;

    public ChooseRoute(RoutesInForce routes, AccountPlaces places, Router router, Budgets budgets) {
        this.routes = routes;
        this.places = places;
        this.router = router;
        this.budgets = budgets;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        Routes all = routes.routes();
        if (all.isEmpty() || !exchange.path().operation().runsModel()) {
            return next.handle(exchange);
        }
        TierRouting tier = all.tier(exchange.governed().traits().tier());
        String asked = ChooseAccount.model(exchange);
        if (tier == null && (asked == null || all.find(asked) == null)) {
            return next.handle(exchange);
        }
        IntSupplier budgetLeft = budgetLeft(exchange);
        if (tier != null && !tier.lowBudget().isEmpty()) {
            economize(exchange, tier, budgetLeft.getAsInt());
        }
        RequestTraits request = RouteTraits.of(exchange, budgetLeft);
        return switch (router.choose(all, asked, request, places(exchange, request))) {
            case Choice.Direct<Candidate>(String model) -> {
                if (model != null && !model.equals(asked)) {
                    exchange.runs(model);
                }
                yield next.handle(exchange);
            }
            case Choice.Routed<Candidate> routed -> {
                mustSayWhereItsKeyIsFor(exchange);
                exchange.routed(routed);
                exchange.tells(
                        ROUTE, routed.route().name() + "@" + routed.route().version());
                yield next.handle(exchange);
            }
            case Choice.Nowhere<Candidate>(String route) -> Future.failedFuture(nowhere(route));
            case Choice.NotAllowed<Candidate>(String of, String model) -> Future.failedFuture(notAllowed(of, model));
        };
    }

    /** Percent of the budget of which the least is left, as far as this replica knows; worked out once. */
    private IntSupplier budgetLeft(Exchange exchange) {
        return new IntSupplier() {
            private int percent = -1;

            @Override
            public int getAsInt() {
                if (percent < 0) {
                    Traits of = exchange.governed().traits();
                    percent = budgets.percentLeft(
                            exchange.governed().book().budgets().of(of), of);
                }
                return percent;
            }
        };
    }

    private static void economize(Exchange exchange, TierRouting tier, int left) {
        for (LowBudget stage : tier.lowBudget()) {
            if (stage.isDue(left)) {
                switch (stage.action()) {
                    case LowBudget.Action.Warn _ -> exchange.tells(BUDGET_LEFT, left + "%");
                    case LowBudget.Action.PreferCheaper _ -> {} // the router's business
                    case LowBudget.Action.CapOutput(long tokens) -> exchange.wantsOutputWithin(tokens);
                    case LowBudget.Action.Stop _ ->
                        throw new Problem(
                                ProblemCode.BUDGET_EXCEEDED,
                                "Less than " + stage.below() + " percent of a budget is left, and requests of tier "
                                        + tier.tier() + " end there. The operator of this Tollgate has set so.");
                }
            }
        }
    }

    private Places<Candidate> places(Exchange exchange, RequestTraits request) {
        Stops stops = exchange.governed().book().stops();
        AccountPlaces.Asked asked = new AccountPlaces.Asked(
                ChooseAccount.tenant(exchange),
                exchange.header(PROVIDER),
                request.promptBytes(),
                exchange.body().facts().outputCap(),
                exchange.id().epochMillis(),
                request.session(),
                exchange.id().uuid().getLeastSignificantBits());
        return places.of(asked, candidate -> stops.whyClosed(candidate.account().id(), candidate.model()));
    }

    /** A key that the caller brought goes where they say and nowhere else. */
    private static void mustSayWhereItsKeyIsFor(Exchange exchange) {
        if (exchange.broughtKey() != null && exchange.header(PROVIDER) == null) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE,
                    PROVIDER + " is missing: a route may lead to several providers, and your own key is for one of them"
                            + " (expected beside it: the provider's name).",
                    PROVIDER);
        }
    }

    private static Problem nowhere(String route) {
        return new Problem(
                ProblemCode.ROUTE_UNAVAILABLE,
                "None of the candidates of route " + route
                        + " will do for this request at present. The operator of this"
                        + " Tollgate can have it explained (POST /admin/v1/routes/explain).",
                "model");
    }

    private static Problem notAllowed(String tier, String model) {
        return new Problem(
                ProblemCode.MODEL_NOT_ALLOWED,
                "The model " + model + " is not for tier " + tier + " (expected: one that /v1/models lists).",
                "model");
    }
}
