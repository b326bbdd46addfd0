package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request as an endpoint sees it.
 *
 * @param path without the query
 * @param variables what the route's placeholders matched, in their order
 */
record Call(String path, List<String> variables, MultiMap query, MultiMap headers, Buffer body, Wishes wishes) {
    /** What answers a call. It throws {@link ApiError} to refuse and never blocks. */
    interface Endpoint {
        Answer answer(Call call);
    }

    /** The body as a JSON object. Parsed on each call. */
    ObjectNode json() {
        return Json.parse(body);
    }

    /** The body as a multipart form. Parsed on each call. */
    Form form() {
        return Form.parse(headers.get("content-type"), body);
    }

    /** What the first placeholder matched. */
    String id() {
        return variables.getFirst();
    }

    /** What the last placeholder matched. */
    String lastId() {
        return variables.getLast();
    }

    /** The model that a body names; refused where it is missing or one that does not exist. */
    static String model(ObjectNode json) {
        return model(json.path("model").isTextual() ? json.path("model").asText() : null);
    }

    static String model(@Nullable String model) {
        if (model == null || model.isEmpty()) {
            throw ApiError.badRequest("You must provide a model parameter.", "model", null);
        }
        if (model.startsWith("no-such-")) {
            throw ApiError.notFound(
                    "The model `" + model + "` does not exist or you do not have access to it.",
                    "model",
                    "model_not_found");
        }
        return model;
    }
}
