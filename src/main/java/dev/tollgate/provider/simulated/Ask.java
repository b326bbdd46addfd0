package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is generated from, whichever API asked.
 *
 * @param tool the function to call instead of talking, or null
 * @param schema what a text has to satisfy as JSON, or null for plain talk
 * @param tokensMax bound of the completion, reasoning included
 */
record Ask(
        String model,
        Prompt prompt,
        @Nullable Tool tool,
        @Nullable JsonNode schema,
        String reasoningEffort,
        long tokensMax,
        List<String> stops,
        int words) {
    /** A function that can be called, and the JSON schema of its arguments. */
    record Tool(String name, JsonNode parameters) {}

    /**
     * The function to call: the one that {@code tool_choice} names, or else the first; none where the choice is
     * {@code none} or where it is not a user who spoke last. Reads the shapes of both APIs.
     */
    static @Nullable Tool tool(ObjectNode request, Prompt prompt) {
        JsonNode choice = request.path("tool_choice");
        if (choice.asText().equals("none") || !prompt.endsWith("user")) {
            return null;
        }
        String named = function(choice).path("name").asText();
        for (JsonNode tool : request.path("tools")) {
            JsonNode function = function(tool);
            boolean wanted =
                    named.isEmpty() || named.equals(function.path("name").asText());
            if (tool.path("type").asText().equals("function") && wanted) {
                return new Tool(function.path("name").asText(), function.path("parameters"));
            }
        }
        return null;
    }

    /** The schema that a text has to satisfy; {@code format} is {@code response_format} or {@code text.format}. */
    static @Nullable JsonNode schema(JsonNode format) {
        return switch (format.path("type").asText()) {
            case "json_schema" ->
                format.has("json_schema") ? format.path("json_schema").path("schema") : format.path("schema");
            case "json_object" -> anyObject();
            default -> null;
        };
    }

    /** The texts in a member that is either a string or an array of strings. */
    static List<String> texts(JsonNode member) {
        if (member.isTextual()) {
            return List.of(member.asText());
        }
        List<String> texts = new ArrayList<>();
        member.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** The first of these bounds that the request sets. */
    static long tokensMax(ObjectNode request, String... members) {
        for (String member : members) {
            JsonNode bound = request.path(member);
            if (bound.isNumber()) {
                if (!bound.isIntegralNumber() || bound.asLong() < 1) {
                    throw ApiError.badRequest(member + ": " + bound + " (expected: >= 1)", member, "invalid_value");
                }
                return bound.asLong();
            }
        }
        return Long.MAX_VALUE;
    }

    private static JsonNode function(JsonNode tool) {
        return tool.has("function") ? tool.path("function") : tool;
    }

    private static JsonNode anyObject() {
        ObjectNode schema = Json.object().put("type", "object");
        schema.putObject("properties").putObject("answer").put("type", "string");
        return schema;
    }
}
