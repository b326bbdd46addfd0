package dev.tollgate.routing;

import dev.tollgate.routing.LowBudget.Action;
import dev.tollgate.routing.when.Condition;
import dev.tollgate.routing.when.OfTier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Says what is wrong with routes and the routing of tiers as a whole, each with its place: names of nothing, circles, and
 * candidates that no request can reach.
 */
public final class RouteCheck {
    private static final int PERCENT = 100;

    private final Routes routes;
    private final Catalogue catalogue;
    private final Function<String, String> placeOfRoute;
    private final Function<String, String> placeOfTier;
    private final List<String> wrong = new ArrayList<>();

    private RouteCheck(
            Routes routes,
            Catalogue catalogue,
            Function<String, String> placeOfRoute,
            Function<String, String> placeOfTier) {
        this.routes = routes;
        this.catalogue = catalogue;
        this.placeOfRoute = placeOfRoute;
        this.placeOfTier = placeOfTier;
    }

    /**
     * What is wrong, or nothing.
     *
     * @param placeOfRoute what stands before the members of a route of that name: {@code routes[2].}
     * @param placeOfTier what stands before the members of a tier's routing: {@code tiers[0].}
     */
    public static List<String> of(
            Routes routes,
            Catalogue catalogue,
            Function<String, String> placeOfRoute,
            Function<String, String> placeOfTier) {
        RouteCheck check = new RouteCheck(routes, catalogue, placeOfRoute, placeOfTier);
        routes.all().forEach(check::route);
        check.extents();
        routes.tiers().forEach(check::tier);
        return List.copyOf(check.wrong);
    }

    private void route(Route route) {
        String place = placeOfRoute.apply(route.name()) + "candidates";
        int shares = 0;
        for (int i = 0; i < route.candidates().size(); i++) {
            Route.Candidate candidate = route.candidates().get(i);
            String at = place + "[" + i + "]";
            target(at, candidate.target());
            conditions(at + ".when", candidate.when());
            reachable(at, route, i);
            if (candidate.share() != Route.NO_SHARE) {
                shares += candidate.share();
                if (route.strategy() != Strategy.SHARE) {
                    wrong.add(at + ".share: only with strategy share");
                }
            }
        }
        if (shares > PERCENT) {
            wrong.add(place + ": their shares are " + shares + " percent (expected: at most " + PERCENT + ")");
        }
    }

    private void target(String at, Target target) {
        switch (target) {
            case Target.Other(String name) -> {
                if (routes.find(name) == null) {
                    wrong.add(at + ".route: there is no route " + name);
                }
            }
            case Target.Model model -> model(at, model);
        }
    }

    private void model(String at, Target.Model target) {
        String provider = target.provider();
        if (provider != null && !catalogue.hasProvider(provider)) {
            wrong.add(at + ".provider: there is no provider " + provider);
        } else if (!catalogue.hasPrice(provider, target.model())) {
            wrong.add(at + ".model: there is no price for " + new Target.Model(provider, target.model()));
        }
        String there = provider == null ? "" : " at " + provider;
        if (target.account() != null && !catalogue.hasAccount(target.account(), provider)) {
            wrong.add(at + ".account: there is no account " + target.account() + there);
        }
        if (target.region() != null && !catalogue.hasRegion(target.region(), provider)) {
            wrong.add(at + ".region: no account" + there + " has the region " + target.region());
        }
    }

    private void conditions(String at, List<Condition> when) {
        for (Condition condition : when) {
            if (condition instanceof OfTier(Set<String> tiers)) {
                for (String tier : new TreeSet<>(tiers)) {
                    if (!catalogue.hasTier(tier)) {
                        wrong.add(at + ".tier: there is no tier " + tier);
                    }
                }
            }
        }
    }

    /** The same target again, for no other requests, has had its turn. */
    private void reachable(String at, Route route, int index) {
        Route.Candidate candidate = route.candidates().get(index);
        for (int i = 0; i < index; i++) {
            Route.Candidate earlier = route.candidates().get(i);
            if (earlier.target().equals(candidate.target()) && covers(earlier.when(), candidate.when())) {
                wrong.add(at + ": can't be reached, because candidates[" + i
                        + "] leads to the same for all requests that this one is for");
                return;
            }
        }
    }

    private static boolean covers(List<Condition> wider, List<Condition> narrower) {
        return wider.stream().allMatch(wide -> narrower.stream().anyMatch(wide::covers));
    }

    /** What stands behind a route: how many routes one behind the other, itself included, and how many models. */
    private record Extent(int depth, int models) {
        static final Extent UNKNOWN = new Extent(1, 0);
    }

    /** Every circle is told once, by the candidate that closes it. */
    private void extents() {
        Map<String, Extent> known = new HashMap<>();
        routes.all().forEach(route -> extent(route, known));
    }

    /** @param known of other routes; of those that are just being looked at {@link Extent#UNKNOWN} */
    private Extent extent(Route route, Map<String, Extent> known) {
        known.put(route.name(), Extent.UNKNOWN);
        int depth = 1;
        int models = 0;
        for (int i = 0; i < route.candidates().size(); i++) {
            Route next =
                    route.candidates().get(i).target() instanceof Target.Other(String name) ? routes.find(name) : null;
            if (next == null) {
                models++;
                continue;
            }
            Extent behind = known.get(next.name());
            if (behind == Extent.UNKNOWN) {
                wrong.add(placeOfRoute.apply(route.name()) + "candidates[" + i + "].route: a circle, because "
                        + next.name() + " leads back here");
            } else if (behind == null) {
                behind = extent(next, known);
            }
            depth = Math.max(depth, behind.depth + 1);
            models = Math.min(models + behind.models, Route.MODELS_MAX + 1);
        }
        if (depth > Route.DEPTH_MAX || models > Route.MODELS_MAX) {
            wrong.add(placeOfRoute.apply(route.name()) + "candidates: too much stands behind them (expected: at most "
                    + Route.DEPTH_MAX + " routes one behind the other, and " + Route.MODELS_MAX + " models)");
        }
        Extent found = new Extent(depth, models);
        known.put(route.name(), found);
        return found;
    }

    private void tier(TierRouting tier) {
        String place = placeOfTier.apply(tier.tier());
        if (!catalogue.hasTier(tier.tier())) {
            wrong.add(place + "tier: there is no tier " + tier.tier());
        }
        if (tier.defaultModel() != null) {
            named(place + "default_model", tier, tier.defaultModel());
        }
        for (int i = 0; i < tier.substitutes().size(); i++) {
            named(
                    place + "substitutes[" + i + "].use",
                    tier,
                    tier.substitutes().get(i).instead());
        }
        if (tier.models() == null && !tier.substitutes().isEmpty()) {
            wrong.add(place + "substitutes: for a tier that may use all models (expected: models, too)");
        }
        stages(place + "low_budget", tier.lowBudget());
    }

    private void named(String at, TierRouting tier, String name) {
        if (routes.find(name) != null) {
            return;
        }
        int slash = name.indexOf('/');
        String prefix = slash < 0 ? null : name.substring(0, slash);
        boolean hasProvider = prefix != null && catalogue.hasProvider(prefix);
        String model = hasProvider ? name.substring(slash + 1) : name;
        if (!catalogue.hasPrice(hasProvider ? prefix : null, model)) {
            wrong.add(at + ": there is no route " + name + ", and no price for such a model");
        } else if (!tier.allows(name)) {
            wrong.add(at + ": " + name + " is not one of the tier's models");
        }
    }

    private void stages(String at, List<LowBudget> stages) {
        for (int i = 0; i < stages.size(); i++) {
            for (int j = 0; j < i; j++) {
                boolean same = stages.get(i).action().getClass()
                        == stages.get(j).action().getClass();
                if (same && !(stages.get(i).action() instanceof Action.CapOutput)) {
                    wrong.add(at + "[" + i + "]: the same is done by [" + j + "]");
                }
            }
        }
    }
}
