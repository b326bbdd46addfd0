package dev.tollgate.gateway;

import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.routing.Routes;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.TierRouting;
import dev.tollgate.tenancy.Caller;
import org.jspecify.annotations.Nullable;

/** How callers are routed by their tier. */
final class TierRoutes {
    private final RoutesInForce routes;
    private final RulesInForce rules;
    private final TraitsOf traits;

    TierRoutes(RoutesInForce routes, RulesInForce rules, TraitsOf traits) {
        this.routes = routes;
        this.rules = rules;
        this.traits = traits;
    }

    Routes routes() {
        return routes.routes();
    }

    /** How the caller's tier is routed, or null where nothing is said of it. */
    @Nullable
    TierRouting of(Caller caller) {
        Routes all = routes.routes();
        return all.isEmpty() ? null : all.tier(traits.tier(caller, rules.book()));
    }

    /** The model or route of requests that name none, or null. */
    @Nullable
    String defaultModel(Caller caller) {
        TierRouting tier = of(caller);
        return tier == null ? null : tier.defaultModel();
    }
}
