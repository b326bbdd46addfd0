package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Usage;
import java.util.List;

/** {@code POST /v1/moderations}: free of charge, and only a text that contains {@code simulate-flagged} is flagged. */
final class Moderations {
    private static final List<String> CATEGORIES = List.of(
            "harassment",
            "harassment/threatening",
            "hate",
            "hate/threatening",
            "illicit",
            "illicit/violent",
            "self-harm",
            "self-harm/instructions",
            "self-harm/intent",
            "sexual",
            "sexual/minors",
            "violence",
            "violence/graphic");

    private final Ids ids;

    Moderations(Ids ids) {
        this.ids = ids;
    }

    Answer create(Call call) {
        ObjectNode request = call.json();
        String model = Call.model(request.path("model").asText("omni-moderation-latest"));
        JsonNode input = request.path("input");
        if (input.isMissingNode() || input.isNull()) {
            throw ApiError.badRequest("You must provide an input parameter.", "input", null);
        }
        ObjectNode json = Json.object().put("id", ids.next("modr-")).put("model", model);
        ArrayNode results = json.putArray("results");
        if (input.isTextual() || input.path(0).isObject()) {
            results.add(result(input));
        } else {
            input.forEach(each -> results.add(result(each)));
        }
        return Answer.generated(json, model, Usage.NONE, call.wishes());
    }

    private static ObjectNode result(JsonNode input) {
        boolean flagged = input.toString().contains("simulate-flagged");
        ObjectNode result = Json.object().put("flagged", flagged);
        ObjectNode categories = result.putObject("categories");
        ObjectNode scores = result.putObject("category_scores");
        ObjectNode types = result.putObject("category_applied_input_types");
        for (String category : CATEGORIES) {
            boolean hit = flagged && category.equals("violence");
            categories.put(category, hit);
            scores.put(category, hit ? 0.99 : 0.001);
            types.putArray(category).add("text");
        }
        return result;
    }
}
