package dev.tollgate.routing.when;

import dev.tollgate.kernel.NamePatterns;

/** It is for one of these features. */
public record OfFeature(NamePatterns features) implements Condition {
    @Override
    public String member() {
        return "feature";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return request.feature() != null && features.fit(request.feature());
    }

    @Override
    public String found(RequestTraits request) {
        return Words.orNone(request.feature());
    }

    @Override
    public String expected() {
        return String.join(" or ", features.written());
    }
}
