package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * {@code POST /v1/embeddings}. A vector has length one and is the sum of what its words are hashed to, so that texts
 * with common words are close to each other.
 */
final class Embeddings {
    private static final int INPUTS_MAX = 2048;
    private static final int DIMENSIONS_MAX = 3072;
    private static final int DIMENSIONS_PER_WORD = 8;

    /** A text, or tokens written as text, and how many tokens it has. */
    private record Input(String text, long tokens) {}

    Answer create(Call call) {
        ObjectNode request = call.json();
        String model = Call.model(request);
        int usual = model.contains("3-large") ? DIMENSIONS_MAX : DIMENSIONS_MAX / 2;
        int dimensions = request.path("dimensions").asInt(usual);
        if (dimensions < 1 || dimensions > DIMENSIONS_MAX) {
            throw ApiError.badRequest(
                    "dimensions: " + dimensions + " (expected: 1.." + DIMENSIONS_MAX + ")", "dimensions", null);
        }
        boolean base64 = request.path("encoding_format").asText().equals("base64");
        ObjectNode json = Json.object().put("object", "list");
        ArrayNode data = json.putArray("data");
        long tokens = 0;
        for (Input input : inputs(request.path("input"))) {
            float[] vector = vector(input.text(), dimensions);
            ObjectNode item = data.addObject().put("object", "embedding").put("index", data.size() - 1);
            if (base64) {
                item.put("embedding", base64(vector));
            } else {
                ArrayNode numbers = item.putArray("embedding");
                for (float number : vector) {
                    numbers.add(number);
                }
            }
            tokens += input.tokens();
        }
        json.put("model", model);
        ReportedUsage.set(json, Json.object().put("prompt_tokens", tokens).put("total_tokens", tokens), call.wishes());
        Usage bill = Usage.builder().set(Meter.INPUT, tokens).build();
        return Answer.generated(json, model, bill, call.wishes());
    }

    /** One input or many; an array of numbers is one input of tokens. */
    private static List<Input> inputs(JsonNode input) {
        List<Input> inputs = new ArrayList<>();
        if (input.isTextual() || input.path(0).isNumber()) {
            inputs.add(input(input));
        } else {
            input.forEach(each -> inputs.add(input(each)));
        }
        boolean empty = inputs.stream().anyMatch(each -> each.tokens() == 0);
        if (inputs.isEmpty() || inputs.size() > INPUTS_MAX || empty) {
            throw ApiError.badRequest(
                    "input: expected 1.." + INPUTS_MAX + " texts or token arrays, none of them empty", "input", null);
        }
        return inputs;
    }

    private static Input input(JsonNode input) {
        return input.isTextual()
                ? new Input(input.asText(), Tokens.count(input.asText()))
                : new Input(input.toString(), input.size());
    }

    static float[] vector(String text, int dimensions) {
        float[] vector = new float[dimensions];
        vector[0] = 0.5f;
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
            long hash = word.hashCode();
            for (int i = 0; i < DIMENSIONS_PER_WORD; i++) {
                hash = Ids.mix(hash + i + 1);
                vector[(int) Long.remainderUnsigned(hash, dimensions)] += hash < 0 ? -1 : 1;
            }
        }
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        float length = (float) Math.sqrt(squares);
        for (int i = 0; i < dimensions; i++) {
            vector[i] /= length;
        }
        return vector;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
