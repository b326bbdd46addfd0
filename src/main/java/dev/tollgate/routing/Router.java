package dev.tollgate.routing;

import dev.tollgate.routing.Places.Place;
import dev.tollgate.routing.Ranking.Eligible;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides where a request goes, by what routes and tiers say. What it tells of a request and what it does with it come out
 * of the same walk over the candidates.
 */
public final class Router {
    private final Ranking ranking;

    /** @param random what weighted candidates are drawn by */
    public Router(RandomGenerator random) {
        this.ranking = new Ranking(random);
    }

    /**
     * Where a request goes that asks for a name.
     *
     * @param name a model's or route's, or null where the request names none
     */
    public <P> Choice<P> choose(Routes routes, @Nullable String name, RequestTraits request, Places<P> places) {
        return choose(routes, name, request, places, Trail.none());
    }

    /** The same with what became of each candidate on the way. */
    public <P> Explanation<P> explain(Routes routes, @Nullable String name, RequestTraits request, Places<P> places) {
        Trail<P> trail = Trail.kept();
        Choice<P> choice = choose(routes, name, request, places, trail);
        return new Explanation<>(choice, trail.considered(choice));
    }

    /**
     * A choice and what became of each candidate that was looked at, in the order in which they were.
     *
     * @param <P> a place: a model of an account
     */
    public record Explanation<P>(Choice<P> choice, List<Considered> considered) {}

    private <P> Choice<P> choose(
            Routes routes, @Nullable String name, RequestTraits request, Places<P> places, Trail<P> trail) {
        TierRouting tier = routes.tier(request.tier());
        String asked = name == null && tier != null ? tier.defaultModel() : name;
        if (asked == null) {
            return new Choice.Direct<>(null);
        }
        Walk<P> walk = new Walk<>(routes, request, places, tier, trail);
        Choice<P> choice = walk.choose(asked);
        String instead = tier == null || choice instanceof Choice.Direct || choice instanceof Choice.Routed
                ? null
                : tier.substitute(asked);
        if (instead == null) {
            return choice;
        }
        trail.passedOver(asked, asked, "tier", "not for tier " + request.tier() + ": " + instead + " in its place");
        return walk.choose(instead);
    }

    /** One way through the routes, for one request. */
    private final class Walk<P> {
        private final Routes routes;
        private final RequestTraits request;
        private final Places<P> places;
        private final @Nullable TierRouting tier;
        private final Trail<P> trail;

        Walk(Routes routes, RequestTraits request, Places<P> places, @Nullable TierRouting tier, Trail<P> trail) {
            this.routes = routes;
            this.request = request;
            this.places = places;
            this.tier = tier;
            this.trail = trail;
        }

        Choice<P> choose(String name) {
            Route route = routes.find(name);
            if (route == null) {
                return tier == null || tier.allows(name)
                        ? new Choice.Direct<>(name)
                        : new Choice.NotAllowed<>(tier.tier(), name);
            }
            List<P> order = distinct(rank(route, "", /* depth= */ 1));
            if (order.isEmpty()) {
                return new Choice.Nowhere<>(name);
            }
            if (order.size() > 1) {
                prefer(order);
                order.sort(Comparator.comparing(places::isDown)); // stable, so that nothing else changes
            }
            return new Choice.Routed<>(name, List.copyOf(order));
        }

        /** A budget that runs low comes before what is set for a feature, and that before what the route says. */
        private void prefer(List<P> order) {
            if (request.prefers() == Preference.PRICE || (tier != null && tier.prefersCheaper(request))) {
                order.sort(Comparator.comparingLong(places::cost));
            } else if (request.prefers() == Preference.LATENCY) {
                order.sort(Comparator.comparingLong(places::delay));
            }
        }

        private List<P> rank(Route route, String before, int depth) {
            List<Eligible<P>> eligible = new ArrayList<>(route.candidates().size());
            for (int i = 0; i < route.candidates().size(); i++) {
                Route.Candidate candidate = route.candidates().get(i);
                String at = trail.isKept() ? before + route.name() + ".candidates[" + i + "]" : "";
                List<P> found = holds(candidate, at) ? lead(candidate.target(), at, depth) : List.of();
                if (!found.isEmpty()) {
                    eligible.add(new Eligible<>(candidate, found));
                }
            }
            List<Eligible<P>> ranked = eligible.size() < 2 ? eligible : ranking.order(route, eligible, request, places);
            List<P> order = new ArrayList<>();
            ranked.forEach(each -> order.addAll(each.places()));
            return order;
        }

        private boolean holds(Route.Candidate candidate, String at) {
            for (Condition condition : candidate.when()) {
                if (!condition.holds(request)) {
                    if (trail.isKept()) {
                        trail.passedOver(
                                at,
                                candidate.target().toString(),
                                "when." + condition.member(),
                                condition.found(request) + " (expected: " + condition.expected() + ")");
                    }
                    return false;
                }
            }
            return true;
        }

        private List<P> lead(Target target, String at, int depth) {
            return switch (target) {
                case Target.Other other -> {
                    Route route = depth < Route.DEPTH_MAX ? routes.find(other.route()) : null;
                    yield route == null ? gone(other, at) : rank(route, trail.isKept() ? at + " > " : "", depth + 1);
                }
                case Target.Model model
                when tier != null && !tier.allows(model.model()) -> {
                    trail.passedOver(at, model.toString(), "target", "not for tier " + tier.tier());
                    yield List.of();
                }
                case Target.Model model -> open(model, at);
            };
        }

        private List<P> gone(Target.Other other, String at) {
            trail.passedOver(
                    at, other.toString(), "target", "there is no such route any more, or too many behind one another");
            return List.of();
        }

        private List<P> open(Target.Model model, String at) {
            List<P> open = new ArrayList<>();
            for (Place<P> place : places.of(model)) {
                switch (place) {
                    case Place.Open<P>(P there, String name) -> {
                        open.add(there);
                        trail.opened(at, name, there);
                    }
                    case Place.Closed<P>(String name, String why) -> trail.passedOver(at, name, "target", why);
                }
            }
            return open;
        }

        private static <P> List<P> distinct(List<P> order) {
            List<P> distinct = new ArrayList<>(order.size());
            for (P place : order) {
                if (!distinct.contains(place)) {
                    distinct.add(place);
                }
            }
            return distinct;
        }
    }
}
