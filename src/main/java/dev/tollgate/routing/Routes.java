package dev.tollgate.routing;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All routes, and how tiers are routed, as they are in force together. */
public final class Routes {
    public static final Routes NONE = new Routes(Map.of(), Map.of());

    private final Map<String, Route> routes;
    private final Map<String, TierRouting> tiers;

    private Routes(Map<String, Route> routes, Map<String, TierRouting> tiers) {
        this.routes = new LinkedHashMap<>(new TreeMap<>(routes));
        this.tiers = Map.copyOf(tiers);
    }

    /** Names must be unique; {@link RouteCheck} says whether they fit together. */
    public static Routes of(Collection<Route> routes, Collection<TierRouting> tiers) {
        return new Routes(
                routes.stream().collect(Collectors.toMap(Route::name, Function.identity())),
                tiers.stream().collect(Collectors.toMap(TierRouting::tier, Function.identity())));
    }

    /** These with others, which win where both have a name. */
    public Routes with(Routes others) {
        Map<String, Route> allRoutes = new HashMap<>(routes);
        allRoutes.putAll(others.routes);
        Map<String, TierRouting> allTiers = new HashMap<>(tiers);
        allTiers.putAll(others.tiers);
        return new Routes(allRoutes, allTiers);
    }

    public @Nullable Route find(String name) {
        return routes.get(name);
    }

    /** By name. */
    public Collection<Route> all() {
        return Collections.unmodifiableCollection(routes.values());
    }

    public Collection<TierRouting> tiers() {
        return tiers.values();
    }

    /** How a tier is routed, or null where nothing is said of it. */
    public @Nullable TierRouting tier(@Nullable String tier) {
        return tier == null ? null : tiers.get(tier);
    }

    public boolean isEmpty() {
        return routes.isEmpty() && tiers.isEmpty();
    }
}
