package dev.tollgate.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A value in a price file together with where it stands, so that whatever is wrong with it can be found again. */
record JsonPlace(String path, JsonNode node) {
    private static final int TEXT_LENGTH_MAX = 200;
    private static final int SHOWN_LENGTH_MAX = 40;
    private static final int ELEMENTS_MAX = 10_000;

    static JsonPlace root(String file, JsonNode node) {
        return new JsonPlace(file + ": ", node);
    }

    /** The member of that name; absent is an error. */
    JsonPlace get(String name) {
        JsonPlace member = find(name);
        if (member == null) {
            throw new IllegalArgumentException(pathOf(name) + ": missing");
        }
        return member;
    }

    /** The member of that name, or null where there is none. */
    @Nullable
    JsonPlace find(String name) {
        JsonNode member = object().get(name);
        return member == null ? null : new JsonPlace(pathOf(name), member);
    }

    /** Hands over each member of an object, in the order of the file. */
    void forEach(BiConsumer<String, JsonPlace> visitor) {
        object().properties()
                .forEach(member ->
                        visitor.accept(member.getKey(), new JsonPlace(pathOf(member.getKey()), member.getValue())));
    }

    /** Refuses members of other names, because a misspelt price would otherwise be no price. */
    void allowOnly(Set<String> names) {
        forEach((name, member) -> {
            if (!names.contains(name)) {
                throw member.wrong("unknown field");
            }
        });
    }

    List<JsonPlace> elements() {
        if (!node.isArray() || node.size() > ELEMENTS_MAX) {
            throw expected("a list of at most " + ELEMENTS_MAX);
        }
        List<JsonPlace> elements = new ArrayList<>();
        for (JsonNode element : node) {
            elements.add(new JsonPlace(path + "[" + elements.size() + "]", element));
        }
        return elements;
    }

    String text() {
        if (!node.isTextual() || node.textValue().isBlank() || node.textValue().length() > TEXT_LENGTH_MAX) {
            throw expected("a text of 1.." + TEXT_LENGTH_MAX + " characters");
        }
        return node.textValue();
    }

    long count() {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 1) {
            throw expected("a whole number >= 1");
        }
        return node.longValue();
    }

    IllegalArgumentException expected(String expectation) {
        return wrong(shown() + " (expected: " + expectation + ")");
    }

    IllegalArgumentException wrong(String problem) {
        return new IllegalArgumentException(path + ": " + problem);
    }

    /** The value as it stands in the file, if it is short. */
    private String shown() {
        if (node.isContainerNode()) {
            return node.isArray() ? "a list" : "an object";
        }
        String value = node.toString();
        return value.length() <= SHOWN_LENGTH_MAX ? value : value.substring(0, SHOWN_LENGTH_MAX) + "...";
    }

    private String pathOf(String name) {
        return path + (path.endsWith(": ") ? "" : ".") + name;
    }

    private JsonNode object() {
        if (!node.isObject()) {
            throw expected("an object");
        }
        return node;
    }
}
