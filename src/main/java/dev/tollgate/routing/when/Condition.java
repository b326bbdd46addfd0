package dev.tollgate.routing.when;

/** What must hold of a request, so that it may go to a candidate. The set of them is closed: there is no language. */
public sealed interface Condition
        permits OfTier,
                OfOrganization,
                OfFeature,
                WithTag,
                DuringHours,
                PromptBytes,
                WithModality,
                WithTools,
                OfUrgency,
                BudgetLeft,
                OfDifficulty {
    /** The member of {@code when} that it is written as. */
    String member();

    boolean holds(RequestTraits request);

    /** What the request has, for people. */
    String found(RequestTraits request);

    /** What it should have, for people. */
    String expected();

    /** Whether it holds of every request that another condition holds of. */
    default boolean covers(Condition other) {
        return equals(other);
    }
}
