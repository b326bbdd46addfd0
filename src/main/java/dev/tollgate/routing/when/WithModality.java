package dev.tollgate.routing.when;

import java.util.Set;

/** Something of these is given to the model to look at. */
public record WithModality(Set<Modality> any) implements Condition {
    @Override
    public String member() {
        return "modality";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return any.stream().anyMatch(request.modalities()::contains);
    }

    @Override
    public String found(RequestTraits request) {
        return Words.labels(request.modalities(), " and ");
    }

    @Override
    public String expected() {
        return Words.labels(any, " or ");
    }

    @Override
    public boolean covers(Condition other) {
        return other instanceof WithModality(Set<Modality> others) && any.containsAll(others);
    }
}
