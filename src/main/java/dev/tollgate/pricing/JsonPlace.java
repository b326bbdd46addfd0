package dev.tollgate.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A value of JSON that somebody wrote together with where it stands, so that whatever is wrong with it can be found again.
 * What is not as expected throws {@link IllegalArgumentException} that names the place.
 */
public record JsonPlace(String path, JsonNode node) {
    private static final int TEXT_LENGTH_MAX = 200;
    private static final int SHOWN_LENGTH_MAX = 40;
    private static final int ELEMENTS_MAX = 10_000;

    public static JsonPlace root(String file, JsonNode node) {
        return new JsonPlace(file + ": ", node);
    }

    /** A body of a request, whose members are named without anything before them. */
    public static JsonPlace body(JsonNode node) {
        return new JsonPlace("", node);
    }

    /** The member of that name; absent is an error. */
    public JsonPlace get(String name) {
        JsonPlace member = find(name);
        if (member == null) {
            throw new IllegalArgumentException(pathOf(name) + ": missing");
        }
        return member;
    }

    /** The member of that name, or null where there is none. */
    public @Nullable JsonPlace find(String name) {
        JsonNode member = object().get(name);
        return member == null ? null : new JsonPlace(pathOf(name), member);
    }

    /** The member of that name, or null where there is none or it is null. */
    public @Nullable JsonPlace findValue(String name) {
        JsonPlace member = find(name);
        return member == null || member.node.isNull() ? null : member;
    }

    /** Hands over each member of an object, in the order of the file. */
    public void forEach(BiConsumer<String, JsonPlace> visitor) {
        object().properties()
                .forEach(member ->
                        visitor.accept(member.getKey(), new JsonPlace(pathOf(member.getKey()), member.getValue())));
    }

    /** Refuses members of other names, because a misspelt price would otherwise be no price. */
    public void allowOnly(Set<String> names) {
        forEach((name, member) -> {
            if (!names.contains(name)) {
                throw member.wrong("unknown field");
            }
        });
    }

    public List<JsonPlace> elements() {
        if (!node.isArray() || node.size() > ELEMENTS_MAX) {
            throw expected("a list of at most " + ELEMENTS_MAX);
        }
        List<JsonPlace> elements = new ArrayList<>();
        for (JsonNode element : node) {
            elements.add(new JsonPlace(path + "[" + elements.size() + "]", element));
        }
        return elements;
    }

    public String text() {
        if (!node.isTextual() || node.textValue().isBlank() || node.textValue().length() > TEXT_LENGTH_MAX) {
            throw expected("a text of 1.." + TEXT_LENGTH_MAX + " characters");
        }
        return node.textValue();
    }

    /** An instant in RFC 3339, cut to whole milliseconds. */
    public Instant instant() {
        try {
            return OffsetDateTime.parse(text()).toInstant().truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeParseException e) {
            throw expected("a time such as 2026-11-21T00:00:00Z");
        }
    }

    public long count() {
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 1) {
            throw expected("a whole number >= 1");
        }
        return node.longValue();
    }

    public IllegalArgumentException expected(String expectation) {
        return wrong(shown() + " (expected: " + expectation + ")");
    }

    public IllegalArgumentException wrong(String problem) {
        return new IllegalArgumentException(path.isEmpty() ? problem : path + ": " + problem);
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
        return path + (path.isEmpty() || path.endsWith(": ") ? "" : ".") + name;
    }

    private JsonNode object() {
        if (!node.isObject()) {
            throw expected("an object");
        }
        return node;
    }
}
