package dev.tollgate.routing;

import dev.tollgate.routing.Considered.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a router saw on its way, kept only where somebody wants to know. */
final class Trail<P> {
    private final @Nullable List<Step<P>> steps;

    private record Step<P>(
            String at,
            String target,
            @Nullable P place,
            @Nullable Verdict against) {}

    private Trail(@Nullable List<Step<P>> steps) {
        this.steps = steps;
    }

    static <P> Trail<P> none() {
        return new Trail<>(null);
    }

    static <P> Trail<P> kept() {
        return new Trail<>(new ArrayList<>());
    }

    boolean isKept() {
        return steps != null;
    }

    void opened(String at, String target, P place) {
        if (steps != null) {
            steps.add(new Step<>(at, target, place, null));
        }
    }

    void passedOver(String at, String target, String member, String why) {
        if (steps != null) {
            steps.add(new Step<>(at, target, null, new Verdict.PassedOver(member, why)));
        }
    }

    /** What became of each, now that the order is known. */
    List<Considered> considered(Choice<P> choice) {
        if (steps == null) {
            return List.of();
        }
        List<P> order = choice instanceof Choice.Routed<P>(String _, List<P> places) ? places : List.of();
        Set<P> told = new HashSet<>();
        List<Considered> considered = new ArrayList<>(steps.size());
        for (Step<P> step : steps) {
            considered.add(new Considered(step.at, step.target, verdict(step, order, told)));
        }
        return List.copyOf(considered);
    }

    private static <P> Verdict verdict(Step<P> step, List<P> order, Set<P> told) {
        if (step.place == null) {
            return step.against == null ? new Verdict.PassedOver("target", "") : step.against;
        }
        int turn = order.indexOf(step.place) + 1;
        return told.add(step.place)
                ? new Verdict.Taken(turn)
                : new Verdict.PassedOver("target", "has its turn already: " + turn);
    }
}
