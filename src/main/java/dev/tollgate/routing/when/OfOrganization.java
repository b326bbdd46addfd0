package dev.tollgate.routing.when;

import java.util.Set;

/** The caller is one of these organizations. */
public record OfOrganization(Set<String> ids) implements Condition {
    @Override
    public String member() {
        return "organization";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return ids.contains(request.organizationId());
    }

    @Override
    public String found(RequestTraits request) {
        return request.organizationId();
    }

    @Override
    public String expected() {
        return Words.oneOf(ids);
    }

    @Override
    public boolean covers(Condition other) {
        return other instanceof OfOrganization(Set<String> others) && ids.containsAll(others);
    }
}
