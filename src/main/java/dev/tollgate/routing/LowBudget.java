package dev.tollgate.routing;

/**
 * What is done when less than that is left of a budget.
 *
 * @param below percent of the budget, 1 to 100
 */
public record LowBudget(int below, Action action) {
    public sealed interface Action {
        /** Say so in a header of the answer. */
        record Warn() implements Action {}

        /** Try the cheaper candidates of routes first. */
        record PreferCheaper() implements Action {}

        /** @param tokens of each choice at most */
        record CapOutput(long tokens) implements Action {}

        /** Refuse requests. */
        record Stop() implements Action {}

        /** As it is written: {@code prefer_cheaper}. */
        default String label() {
            return switch (this) {
                case Warn _ -> "warn";
                case PreferCheaper _ -> "prefer_cheaper";
                case CapOutput _ -> "cap_output";
                case Stop _ -> "stop";
            };
        }
    }

    /** Whether it is time for it. */
    public boolean isDue(int percentLeft) {
        return percentLeft < below;
    }
}
