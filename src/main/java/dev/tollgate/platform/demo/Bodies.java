package dev.tollgate.platform.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Bodies of requests, as applications send them. */
final class Bodies {
    private Bodies() {}

    static JsonObject chat(String model, String system, String user) {
        JsonArray messages = new JsonArray().add(message("system", system)).add(message("user", user));
        return new JsonObject().put("model", model).put("messages", messages);
    }

    static JsonObject response(String model, String instructions, String input) {
        return new JsonObject()
                .put("model", model)
                .put("instructions", instructions)
                .put("input", input);
    }

    static JsonObject embedding(String model, String text) {
        return new JsonObject().put("model", model).put("input", text).put("dimensions", 256);
    }

    static JsonObject moderation(String text) {
        return new JsonObject().put("model", "omni-moderation-latest").put("input", text);
    }

    static JsonObject streamed(JsonObject body) {
        return body.put("stream", true);
    }

    /** Offers the model a function with one text as its argument. */
    static JsonObject withTool(JsonObject chat, String function, String argument) {
        JsonObject properties = new JsonObject().put(argument, new JsonObject().put("type", "string"));
        return chat.put(
                "tools",
                new JsonArray()
                        .add(new JsonObject()
                                .put("type", "function")
                                .put(
                                        "function",
                                        new JsonObject().put("name", function).put("parameters", schema(properties)))));
    }

    /** Goes on after the model has called the function, with what that returned. */
    static JsonObject withToolResult(JsonObject chat, String function, String result) {
        JsonObject call = new JsonObject()
                .put("id", "call_1")
                .put("type", "function")
                .put("function", new JsonObject().put("name", function).put("arguments", "{}"));
        chat.getJsonArray("messages")
                .add(new JsonObject().put("role", "assistant").put("tool_calls", new JsonArray().add(call)))
                .add(message("tool", result).put("tool_call_id", "call_1"));
        return chat;
    }

    /** Asks for JSON that has these texts. */
    static JsonObject withFields(JsonObject chat, String... fields) {
        JsonObject properties = new JsonObject();
        for (String field : fields) {
            properties.put(field, new JsonObject().put("type", "string"));
        }
        JsonObject format =
                new JsonObject().put("name", "answer").put("strict", true).put("schema", schema(properties));
        return chat.put(
                "response_format", new JsonObject().put("type", "json_schema").put("json_schema", format));
    }

    private static JsonObject schema(JsonObject properties) {
        return new JsonObject()
                .put("type", "object")
                .put("properties", properties)
                .put("required", new JsonArray(properties.fieldNames().stream().toList()))
                .put("additionalProperties", false);
    }

    private static JsonObject message(String role, String content) {
        return new JsonObject().put("role", role).put("content", content);
    }
}
