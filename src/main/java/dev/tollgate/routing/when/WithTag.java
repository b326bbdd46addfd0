package dev.tollgate.routing.when;

import java.util.Set;

/** It is marked with one of these values. */
public record WithTag(String key, Set<String> values) implements Condition {
    @Override
    public String member() {
        return "tags." + key;
    }

    @Override
    public boolean holds(RequestTraits request) {
        String value = request.tags().get(key);
        return value != null && values.contains(value);
    }

    @Override
    public String found(RequestTraits request) {
        return Words.orNone(request.tags().get(key));
    }

    @Override
    public String expected() {
        return Words.oneOf(values);
    }

    @Override
    public boolean covers(Condition other) {
        return other instanceof WithTag(String otherKey, Set<String> others)
                && key.equals(otherKey)
                && values.containsAll(others);
    }
}
