package dev.tollgate.platform.demo;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;

/**
 * A customer of the platform.
 *
 * @param weight how much it calls, beside the others
 */
record Organization(String name, int weight, List<Feature> features) {
    /**
     * One use that it makes of models.
     *
     * @param weight how often, beside its other features
     * @param path below {@code /v1}
     * @param body makes the body of a request
     */
    record Feature(String name, int weight, String path, Function<Dice, JsonObject> body) {}
}
