package dev.tollgate.routing.when;

/** Whether tools are offered to the model. */
public record WithTools(boolean offered) implements Condition {
    @Override
    public String member() {
        return "tools";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return request.tools() == offered;
    }

    @Override
    public String found(RequestTraits request) {
        return Boolean.toString(request.tools());
    }

    @Override
    public String expected() {
        return Boolean.toString(offered);
    }
}
