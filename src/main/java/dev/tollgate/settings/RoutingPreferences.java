package dev.tollgate.settings;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * By what the candidates of a route are put in order, in place of the route's own strategy.
 *
 * @param prefer what decides
 */
public record RoutingPreferences(Prefer prefer) {
    static final Form<RoutingPreferences> FORM = new Form<>(
            json -> new RoutingPreferences(
                    Prefer.valueOf(((JsonObject) json).getString("prefer").toUpperCase(Locale.ROOT))),
            routing -> new JsonObject().put("prefer", routing.prefer.label()));

    /** What decides between candidates. */
    public enum Prefer {
        PRICE,
        LATENCY,
        QUALITY;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String toString() {
        return prefer.label();
    }
}
