package dev.tollgate.routing.when;

/** So many percent are left of the budget of which the least is left. */
public record BudgetLeft(Range range) implements Condition {
    @Override
    public String member() {
        return "budget_left";
    }

    @Override
    public boolean holds(RequestTraits request) {
        return range.has(request.budgetLeft().getAsInt());
    }

    @Override
    public String found(RequestTraits request) {
        return Integer.toString(request.budgetLeft().getAsInt());
    }

    @Override
    public String expected() {
        return range.toString();
    }

    @Override
    public boolean covers(Condition other) {
        return other instanceof BudgetLeft(Range narrower) && range.covers(narrower);
    }
}
