package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Makes one value that satisfies a JSON schema, always the same one: the first choice, all properties, the smallest
 * number, one element per array. References that go round are followed six deep, then a null, an empty array or a
 * missing optional property ends them. Patterns are not read.
 */
final class SchemaSample {
    private static final int DEPTH_MAX = 6;
    private static final int DEPTH_LIMIT = 64;
    private static final int ITEMS_MAX = 1_000;

    private final JsonNode root;

    private SchemaSample(JsonNode root) {
        this.root = root;
    }

    static JsonNode of(JsonNode schema) {
        return new SchemaSample(schema).value(schema, "value", 0);
    }

    private JsonNode value(JsonNode schema, String name, int depth) {
        if (depth > DEPTH_LIMIT) {
            throw ApiError.badRequest("The JSON schema has no finite value.", "schema", "invalid_json_schema");
        }
        if (schema.path("$ref").isTextual()) {
            return value(resolved(schema.path("$ref").asText()), name, depth + 1);
        }
        if (schema.has("const")) {
            return schema.get("const");
        }
        if (schema.path("enum").has(0)) {
            return schema.get("enum").get(0);
        }
        for (String choice : new String[] {"anyOf", "oneOf"}) {
            if (schema.path(choice).has(0)) {
                return value(chosen(schema.path(choice), depth), name, depth + 1);
            }
        }
        if (schema.path("allOf").has(0)) {
            return value(merged(schema), name, depth + 1);
        }
        return switch (type(schema, depth)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, name, depth);
            case "integer" -> LongNode.valueOf(number(schema, BigDecimal.ONE).longValue());
            case "number" -> DecimalNode.valueOf(number(schema, new BigDecimal("0.5")));
            case "boolean" -> BooleanNode.TRUE;
            case "null" -> NullNode.getInstance();
            default -> TextNode.valueOf(text(schema, name));
        };
    }

    /** Only references within the schema: {@code #}, {@code #/$defs/name}. */
    private JsonNode resolved(String reference) {
        JsonNode target = reference.startsWith("#") ? root.at(reference.substring(1)) : root.path("");
        if (target.isMissingNode()) {
            throw ApiError.badRequest("Unknown $ref in the JSON schema: " + reference, "schema", "invalid_json_schema");
        }
        return target;
    }

    /** The first choice, or deep down the one that ends a recursion. */
    private static JsonNode chosen(JsonNode choices, int depth) {
        if (depth > DEPTH_MAX) {
            for (JsonNode choice : choices) {
                if (!choice.has("$ref") && !choice.path("type").asText().matches("object|array")) {
                    return choice;
                }
            }
        }
        return choices.get(0);
    }

    private JsonNode merged(JsonNode schema) {
        ObjectNode merged = Json.object();
        for (JsonNode part : schema.path("allOf")) {
            JsonNode source =
                    part.path("$ref").isTextual() ? resolved(part.path("$ref").asText()) : part;
            source.properties().forEach(member -> {
                if (member.getValue() instanceof ObjectNode object && merged.has(member.getKey())) {
                    merged.withObjectProperty(member.getKey()).setAll(object);
                } else {
                    merged.set(member.getKey(), member.getValue().deepCopy());
                }
            });
        }
        return merged;
    }

    private static String type(JsonNode schema, int depth) {
        JsonNode type = schema.path("type");
        if (type.isArray()) {
            boolean end = depth > DEPTH_MAX && type.toString().contains("\"null\"");
            return end ? "null" : type.path(0).asText();
        }
        if (type.isTextual()) {
            return type.asText();
        }
        return schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
    }

    private ObjectNode object(JsonNode schema, int depth) {
        ObjectNode object = Json.object();
        schema.path("properties").properties().forEach(property -> {
            if (depth <= DEPTH_MAX || isRequired(schema, property.getKey())) {
                object.set(property.getKey(), value(property.getValue(), property.getKey(), depth + 1));
            }
        });
        return object;
    }

    private static boolean isRequired(JsonNode schema, String property) {
        for (JsonNode required : schema.path("required")) {
            if (required.asText().equals(property)) {
                return true;
            }
        }
        return false;
    }

    private ArrayNode array(JsonNode schema, String name, int depth) {
        ArrayNode array = Json.array();
        int usual = depth > DEPTH_MAX ? 0 : Math.min(1, schema.path("maxItems").asInt(1));
        int items = Math.min(ITEMS_MAX, Math.max(usual, schema.path("minItems").asInt(0)));
        for (int i = 0; i < items; i++) {
            array.add(value(schema.path("items"), name, depth + 1));
        }
        return array;
    }

    /** The smallest allowed number, or the largest where only that is given, or else {@code usual}. */
    private static BigDecimal number(JsonNode schema, BigDecimal usual) {
        JsonNode multiple = schema.path("multipleOf");
        BigDecimal step = multiple.isNumber() ? multiple.decimalValue() : usual;
        BigDecimal number = step;
        if (schema.path("minimum").isNumber()) {
            number = ceiling(schema.path("minimum").decimalValue(), step);
        } else if (schema.path("exclusiveMinimum").isNumber()) {
            number = floor(schema.path("exclusiveMinimum").decimalValue(), step).add(step);
        } else if (schema.path("maximum").isNumber()) {
            number = number.min(floor(schema.path("maximum").decimalValue(), step));
        } else if (schema.path("exclusiveMaximum").isNumber()) {
            number = number.min(ceiling(schema.path("exclusiveMaximum").decimalValue(), step)
                    .subtract(step));
        }
        return number;
    }

    private static BigDecimal ceiling(BigDecimal value, BigDecimal step) {
        return value.divide(step, 0, RoundingMode.CEILING).multiply(step);
    }

    private static BigDecimal floor(BigDecimal value, BigDecimal step) {
        return value.divide(step, 0, RoundingMode.FLOOR).multiply(step);
    }

    private static String text(JsonNode schema, String name) {
        String text = switch (schema.path("format").asText()) {
            case "date-time" -> "2026-01-31T12:00:00Z";
            case "date" -> "2026-01-31";
            case "time" -> "12:00:00Z";
            case "duration" -> "PT1H";
            case "email" -> "someone@example.com";
            case "hostname" -> "example.com";
            case "uri" -> "https://example.com/";
            case "ipv4" -> "192.0.2.1";
            case "ipv6" -> "2001:db8::1";
            case "uuid" -> "00000000-0000-4000-8000-000000000000";
            default -> "simulated " + name;
        };
        int lengthMin = Math.min(ITEMS_MAX, schema.path("minLength").asInt(0));
        int lengthMax = schema.path("maxLength").asInt(Integer.MAX_VALUE);
        String padded = text + "x".repeat(Math.max(0, lengthMin - text.length()));
        return padded.substring(0, Math.min(padded.length(), lengthMax));
    }
}
