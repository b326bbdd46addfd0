package dev.tollgate.routing.when;

import java.util.Set;

/** The answer is needed as soon as one of these says. */
public record OfUrgency(Set<Urgency> any) implements Condition {
    @Override
    public String member() {
        return "urgency";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return any.contains(request.urgency());
    }

    @Override
    public String found(RequestTraits request) {
        return Labels.of(request.urgency());
    }

    @Override
    public String expected() {
        return Words.labels(any, " or ");
    }

    @Override
    public boolean covers(Condition other) {
        return other instanceof OfUrgency(Set<Urgency> others) && any.containsAll(others);
    }
}
