package dev.tollgate.routing;

import dev.tollgate.routing.Ranking.Eligible;
import dev.tollgate.routing.Ranking.Found;
import dev.tollgate.routing.when.Condition;
import dev.tollgate.routing.when.Preference;
import dev.tollgate.routing.when.RequestTraits;
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
        return choose(routes, name, request, places, Trail.none(places));
    }

    /** The same with what became of each candidate on the way. */
    public <P> Explanation<P> explain(Routes routes, @Nullable String name, RequestTraits request, Places<P> places) {
        Trail<P> trail = Trail.kept(places);
        Choice<P> choice = choose(routes, name, request, places, trail);
        return new Explanation<>(choice, trail.considered(choice));
    }

    /**
     * A choice and what became of each candidate that was looked at, in the order in which they were.
     *
     * @param <P> a place: a model of an account
     */
    public record Explanation<P>(Choice<P> choice, List<Considered<P>> considered) {}

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
            List<Found<P>> order = distinct(rank(route, "", /* depth= */ 1));
            if (order.isEmpty()) {
                return new Choice.Nowhere<>(name);
            }
            if (order.size() > 1) {
                prefer(order);
                order.sort(Comparator.comparing(found -> places.isDown(found.place()))); // stable, as all sorting here
            }
            return routed(route, order);
        }

        private static <P> Choice<P> routed(Route route, List<Found<P>> order) {
            List<P> ordered = new ArrayList<>(order.size());
            List<String> at = new ArrayList<>(order.size());
            for (Found<P> found : order) {
                ordered.add(found.place());
                at.add(found.at());
            }
            return new Choice.Routed<>(route, List.copyOf(ordered), List.copyOf(at));
        }

        /**
         * A budget that runs low comes before what is set for a feature, that before what the tier prefers, and that before
         * what the route says.
         */
        private void prefer(List<Found<P>> order) {
            Preference ofTier = tier == null ? null : tier.prefer();
            Preference preferred = request.prefers() == null ? ofTier : request.prefers();
            if (preferred == Preference.PRICE || (tier != null && tier.prefersCheaper(request))) {
                order.sort(Comparator.comparingLong(found -> places.cost(found.place())));
            } else if (preferred == Preference.LATENCY) {
                order.sort(Comparator.comparingLong(found -> places.delay(found.place())));
            }
        }

        private List<Found<P>> rank(Route route, String before, int depth) {
            List<Eligible<P>> eligible = new ArrayList<>(route.candidates().size());
            for (Route.Candidate candidate : route.candidates()) {
                String at = before.isEmpty() ? candidate.at() : before + " > " + candidate.at();
                List<Found<P>> found = holds(candidate, at) ? lead(candidate.target(), at, depth) : List.of();
                if (!found.isEmpty()) {
                    eligible.add(new Eligible<>(candidate, found));
                }
            }
            List<Eligible<P>> ranked = eligible.size() < 2 ? eligible : ranking.order(route, eligible, request, places);
            List<Found<P>> order = new ArrayList<>();
            ranked.forEach(each -> order.addAll(each.found()));
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

        private List<Found<P>> lead(Target target, String at, int depth) {
            return switch (target) {
                case Target.Other other -> {
                    Route route = depth < Route.DEPTH_MAX ? routes.find(other.route()) : null;
                    yield route == null ? gone(other, at) : rank(route, at, depth + 1);
                }
                case Target.Model model
                when tier != null && !tier.allows(model.model()) -> {
                    if (trail.isKept()) {
                        trail.passedOver(at, model.toString(), "target", "not for tier " + tier.tier());
                    }
                    yield List.of();
                }
                case Target.Model model -> open(model, at);
            };
        }

        private List<Found<P>> gone(Target.Other other, String at) {
            trail.passedOver(
                    at, other.toString(), "target", "there is no such route any more, or too many behind one another");
            return List.of();
        }

        private List<Found<P>> open(Target.Model model, String at) {
            List<P> open = places.of(model, trail.notes(at, model));
            List<Found<P>> found = new ArrayList<>(open.size());
            for (P place : open) {
                found.add(new Found<>(at, place));
                trail.opened(at, place);
            }
            return found;
        }

        private static <P> List<Found<P>> distinct(List<Found<P>> order) {
            List<Found<P>> distinct = new ArrayList<>(order.size());
            for (Found<P> found : order) {
                if (distinct.stream().noneMatch(other -> other.place().equals(found.place()))) {
                    distinct.add(found);
                }
            }
            return distinct;
        }
    }
}
