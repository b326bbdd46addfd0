package dev.tollgate.admin.prices;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.JsonPlace;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Bodies of requests, read strictly, and what is not understood in them. */
final class Json {
    private static final ObjectReader STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build()
            .reader();

    private Json() {}

    static JsonPlace body(byte[] text) {
        return JsonPlace.body(tree(text));
    }

    /** The same for whoever speaks the other JSON library. */
    static JsonObject vertx(ObjectNode json) {
        return new JsonObject(json.toString());
    }

    static JsonNode tree(String text) {
        return tree(text.getBytes(StandardCharsets.UTF_8));
    }

    static JsonNode tree(byte[] text) {
        try {
            return STRICT.readTree(text);
        } catch (JsonProcessingException e) {
            throw new Problem(ProblemCode.INVALID_JSON, "The body is not valid JSON: " + e.getOriginalMessage() + ".");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** What is read, or the problem with it; a message begins with the place, which is its parameter. */
    static <T> T understood(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            int place = message.indexOf(": ");
            throw new Problem(ProblemCode.INVALID_VALUE, message, place < 0 ? null : message.substring(0, place));
        }
    }
}
