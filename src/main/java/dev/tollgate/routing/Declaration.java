package dev.tollgate.routing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.pricing.JsonPlace;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routes, and how tiers are routed, that a file declares. They belong to it: nothing else changes them.
 *
 * @param file its name, for people
 */
public record Declaration(String file, Routes routes, Map<String, Item> routeItems, Map<String, Item> tierItems) {
    private static final int VERSION_BYTES = 4;

    public static final Declaration NONE = new Declaration("", Routes.NONE, Map.of(), Map.of());

    /**
     * One of them.
     *
     * @param place in the file: {@code routes[2]}
     * @param definition as it is written there, without the name
     */
    public record Item(String place, JsonObject definition) {}

    /**
     * Reads the lists of a file; fails with {@link IllegalArgumentException} that names the place of what is wrong.
     *
     * @param routes its {@code routes}, or null
     * @param tiers its {@code tiers}, or null
     */
    public static Declaration read(String file, @Nullable JsonPlace routes, @Nullable JsonPlace tiers) {
        List<Route> allRoutes = new ArrayList<>();
        List<TierRouting> allTiers = new ArrayList<>();
        Map<String, Item> routeItems = new HashMap<>();
        Map<String, Item> tierItems = new HashMap<>();
        for (JsonPlace json : elements(routes)) {
            Route route = RouteReader.route(json, null, version(json));
            allRoutes.add(route);
            add(routeItems, route.name(), json, "name");
        }
        for (JsonPlace json : elements(tiers)) {
            TierRouting tier = RouteReader.tier(json, null);
            allTiers.add(tier);
            add(tierItems, tier.tier(), json, "tier");
        }
        return new Declaration(file, Routes.of(allRoutes, allTiers), Map.copyOf(routeItems), Map.copyOf(tierItems));
    }

    /** A file has no numbers; a route of another text has another version. */
    private static String version(JsonPlace json) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(json.node().toString().getBytes(UTF_8));
            return "file:" + HexFormat.of().formatHex(hash, 0, VERSION_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<JsonPlace> elements(@Nullable JsonPlace list) {
        return list == null ? List.of() : list.elements();
    }

    private static void add(Map<String, Item> items, String name, JsonPlace json, String nameMember) {
        ObjectNode definition = json.node().deepCopy();
        definition.remove(nameMember);
        Item before = items.put(name, new Item(json.path(), new JsonObject(definition.toString())));
        if (before != null) {
            throw json.wrong(nameMember + ": " + name + " again (" + before.place + " has it already)");
        }
    }

    /** What it declares under a name, or null. */
    public @Nullable Item find(RoutingKind kind, String name) {
        return all(kind).get(name);
    }

    /** Everything of a kind, by name. */
    public Map<String, Item> all(RoutingKind kind) {
        return switch (kind) {
            case ROUTE -> routeItems;
            case TIER -> tierItems;
        };
    }
}
