package dev.tollgate.routing.when;

/** So many bytes of text are given to the model. */
public record PromptBytes(Range range) implements Condition {
    @Override
    public String member() {
        return "prompt_bytes";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return range.has(request.promptBytes());
    }

    @Override
    public String found(RequestTraits request) {
        return Long.toString(request.promptBytes());
    }

    @Override
    public String expected() {
        return range.toString();
    }

    @Override
    public boolean covers(Condition other) {
        return other instanceof PromptBytes(Range narrower) && range.covers(narrower);
    }
}
