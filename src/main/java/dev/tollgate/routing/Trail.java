package dev.tollgate.routing;

import dev.tollgate.routing.Considered.Verdict;
import dev.tollgate.routing.Places.Notes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a router saw on its way, kept only where somebody wants to know. */
final class Trail<P> {
    private final @Nullable List<Step<P>> steps;
    private final Places<P> places;

    /** @param against null where the place is open */
    private record Step<P>(
            String at,
            String target,
            @Nullable P place,
            @Nullable Verdict against) {}

    private Trail(@Nullable List<Step<P>> steps, Places<P> places) {
        this.steps = steps;
        this.places = places;
    }

    static <P> Trail<P> none(Places<P> places) {
        return new Trail<>(null, places);
    }

    static <P> Trail<P> kept(Places<P> places) {
        return new Trail<>(new ArrayList<>(), places);
    }

    boolean isKept() {
        return steps != null;
    }

    void opened(String at, P place) {
        if (steps != null) {
            steps.add(new Step<>(at, places.name(place), place, null));
        }
    }

    void passedOver(String at, String target, String member, String why) {
        if (steps != null) {
            steps.add(new Step<>(at, target, null, new Verdict.PassedOver(member, why)));
        }
    }

    /** Takes down what is closed of a candidate's places. */
    Notes<P> notes(String at, Target target) {
        return steps == null ? NobodysNotes.get() : new KeptNotes(at, target);
    }

    private final class KeptNotes implements Notes<P> {
        private final String at;
        private final Target target;

        KeptNotes(String at, Target target) {
            this.at = at;
            this.target = target;
        }

        @Override
        public boolean areKept() {
            return true;
        }

        @Override
        public void closed(P place, String member, String why) {
            if (steps != null) {
                steps.add(new Step<>(at, places.name(place), place, new Verdict.PassedOver(member, why)));
            }
        }

        @Override
        public void nowhere(String why) {
            passedOver(at, target.toString(), "target", why);
        }
    }

    /** What became of each, now that the order is known. */
    List<Considered<P>> considered(Choice<P> choice) {
        if (steps == null) {
            return List.of();
        }
        List<P> order = choice instanceof Choice.Routed<P> routed ? routed.places() : List.of();
        Set<P> told = new HashSet<>();
        List<Considered<P>> considered = new ArrayList<>(steps.size());
        for (Step<P> step : steps) {
            considered.add(new Considered<>(step.at, step.target, step.place, verdict(step, order, told)));
        }
        return List.copyOf(considered);
    }

    private static <P> Verdict verdict(Step<P> step, List<P> order, Set<P> told) {
        if (step.against != null || step.place == null) {
            return step.against == null ? new Verdict.PassedOver("target", "") : step.against;
        }
        int turn = order.indexOf(step.place) + 1;
        return told.add(step.place)
                ? new Verdict.Taken(turn)
                : new Verdict.PassedOver("target", "has its turn already: " + turn);
    }
}
