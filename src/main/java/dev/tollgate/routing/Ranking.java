package dev.tollgate.routing;

import dev.tollgate.routing.when.RequestTraits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Puts candidates in the order in which they are tried. Deterministic but for its chance, which it is given. */
final class Ranking {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int PERCENT = 100;

    private final RandomGenerator random;

    Ranking(RandomGenerator random) {
        this.random = random;
    }

    /**
     * A place that may be tried.
     *
     * @param at where the candidate is written that leads there
     */
    record Found<P>(String at, P place) {}

    /**
     * A candidate whose conditions hold.
     *
     * @param found where it leads, the preferred one first; at least one
     */
    record Eligible<P>(Route.Candidate candidate, List<Found<P>> found) {
        P first() {
            return found.getFirst().place();
        }
    }

    <P> List<Eligible<P>> order(Route route, List<Eligible<P>> eligible, RequestTraits request, Places<P> places) {
        return switch (route.strategy()) {
            case IN_ORDER -> eligible;
            case WEIGHTED -> byWeight(eligible, null);
            case STICKY -> byWeight(eligible, request.session());
            case SHARE -> byShare(route, eligible, request.session());
            case CHEAPEST -> sorted(eligible, Comparator.comparingLong(each -> places.cost(each.first())));
            case FASTEST -> sorted(eligible, Comparator.comparingLong(each -> places.delay(each.first())));
            case LEAST_LOADED -> sorted(eligible, Comparator.comparingInt(each -> places.load(each.first())));
        };
    }

    private static <T> List<T> sorted(List<T> items, Comparator<T> order) {
        List<T> sorted = new ArrayList<>(items);
        sorted.sort(order); // stable, so that equal ones are tried as they are written
        return sorted;
    }

    /**
     * Each is first as often as its weight says, each of those left is next as often as its weight says, and so on: by
     * ascending {@code -ln(u) / weight} (Efraimidis and Spirakis, 2006). With {@code u} from a hash of the session it is
     * rendezvous hashing: a session moves only when its own candidate goes.
     */
    private <P> List<Eligible<P>> byWeight(List<Eligible<P>> eligible, @Nullable String session) {
        record Keyed<P>(Eligible<P> eligible, double key) {}
        List<Keyed<P>> keyed = new ArrayList<>(eligible.size());
        for (Eligible<P> each : eligible) {
            double u = session == null
                    ? random.nextDouble()
                    : unit(session, each.candidate.target().toString());
            keyed.add(new Keyed<>(each, key(u, each.candidate.weight())));
        }
        keyed.sort(Comparator.comparingDouble(Keyed::key));
        return keyed.stream().map(Keyed::eligible).toList();
    }

    /** What is put in ascending order, so that each comes first as often as its weight says. */
    static double key(double u, int weight) {
        return -Math.log(1 - u) / weight;
    }

    /** The share of a candidate that will not do falls to those that have none. */
    private <P> List<Eligible<P>> byShare(Route route, List<Eligible<P>> eligible, @Nullable String session) {
        double point = PERCENT * (session == null ? random.nextDouble() : unit(session, route.name()));
        Route.Candidate drawn = null;
        double upTo = 0;
        for (Route.Candidate candidate : route.candidates()) {
            if (candidate.share() != Route.NO_SHARE) {
                upTo += candidate.share();
                if (drawn == null && point < upTo) {
                    drawn = candidate;
                }
            }
        }
        List<Eligible<P>> order = new ArrayList<>(eligible.size());
        for (Eligible<P> each : eligible) {
            if (each.candidate == drawn) {
                order.add(each);
            }
        }
        for (Eligible<P> each : eligible) {
            if (each.candidate != drawn && each.candidate.share() == Route.NO_SHARE) {
                order.add(each);
            }
        }
        for (Eligible<P> each : eligible) {
            if (each.candidate != drawn && each.candidate.share() != Route.NO_SHARE) {
                order.add(each);
            }
        }
        return order;
    }

    /** A number from 0 to before 1 that is always the same for the same two. */
    static double unit(String session, String salt) {
        long hash = fold(fold(FNV_OFFSET, salt) * FNV_PRIME, session);
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L; // FNV's upper bits alone are not even enough
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return ((hash ^ (hash >>> 31)) >>> 11) * 0x1.0p-53;
    }

    private static long fold(long hash, String text) {
        long folded = hash;
        for (int i = 0; i < text.length(); i++) {
            folded = (folded ^ text.charAt(i)) * FNV_PRIME;
        }
        return folded;
    }
}
