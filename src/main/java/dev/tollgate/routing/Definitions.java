package dev.tollgate.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.pricing.JsonPlace;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/** Reads what is kept. */
public final class Definitions {
    private static final JsonMapper JSON = new JsonMapper();

    private Definitions() {}

    /**
     * All that can be read.
     *
     * @param unread is handed what can't, as a newer Tollgate may have written it, and why
     */
    public static Routes of(Collection<RoutingRecord> records, BiConsumer<RoutingRecord, String> unread) {
        List<Route> routes = new ArrayList<>();
        List<TierRouting> tiers = new ArrayList<>();
        for (RoutingRecord record : records) {
            JsonObject definition = record.definition();
            if (definition == null) {
                continue;
            }
            try {
                switch (record.kind()) {
                    case ROUTE -> routes.add(route(record.name(), definition, Long.toString(record.version())));
                    case TIER -> tiers.add(tier(record.name(), definition));
                }
            } catch (IllegalArgumentException e) {
                unread.accept(record, String.valueOf(e.getMessage()));
            }
        }
        return Routes.of(routes, tiers);
    }

    /**
     * Fails with {@link IllegalArgumentException} that names the place of what is wrong.
     *
     * @param version as ledger entries are to say it
     */
    public static Route route(String name, JsonObject definition, String version) {
        return RouteReader.route(place(definition), name, version);
    }

    /** The same of how a tier is routed. */
    public static TierRouting tier(String name, JsonObject definition) {
        return RouteReader.tier(place(definition), name);
    }

    private static JsonPlace place(JsonObject definition) {
        try {
            return JsonPlace.body(JSON.readTree(definition.encode()));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
