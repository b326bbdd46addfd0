package dev.tollgate.routing;

import dev.tollgate.routing.when.Labels;

/** What is kept under a name. */
public enum RoutingKind {
    /** A {@link Route}. */
    ROUTE,
    /** How a tier is routed: a {@link TierRouting}. */
    TIER;

    /** As the database has it: {@code route}. */
    public String label() {
        return Labels.of(this);
    }
}
