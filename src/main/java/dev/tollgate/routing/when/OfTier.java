package dev.tollgate.routing.when;

import java.util.Set;

/** The caller is of one of these tiers. */
public record OfTier(Set<String> tiers) implements Condition {
    @Override
    public String member() {
        return "tier";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return request.tier() != null && tiers.contains(request.tier());
    }

    @Override
    public String found(RequestTraits request) {
        return Words.orNone(request.tier());
    }

    @Override
    public String expected() {
        return Words.oneOf(tiers);
    }

    @Override
    public boolean covers(Condition other) {
        return other instanceof OfTier(Set<String> others) && tiers.containsAll(others);
    }
}
