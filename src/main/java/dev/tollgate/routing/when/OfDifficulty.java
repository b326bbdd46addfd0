package dev.tollgate.routing.when;

/** It is so difficult, 0 to 100; never holds where nobody has said how difficult it is. */
public record OfDifficulty(Range range) implements Condition {
    @Override
    public String member() {
        return "difficulty";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return request.difficulty() >= 0 && range.has(request.difficulty());
    }

    @Override
    public String found(RequestTraits request) {
        return request.difficulty() < 0 ? "unknown" : Integer.toString(request.difficulty());
    }

    @Override
    public String expected() {
        return range.toString();
    }

    @Override
    public boolean covers(Condition other) {
        return other instanceof OfDifficulty(Range narrower) && range.covers(narrower);
    }
}
