package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * LiteLLM's tags are words, ours are names with values: {@code team:search} is the tag {@code team} with the value
 * {@code search}, and {@code beta} one with an empty value.
 */
final class RequestTags {
    private static final String FIELD = "tags";

    private RequestTags() {}

    static Map<String, String> read(List<@Nullable String> words) {
        Map<String, String> tags = new TreeMap<>();
        for (String word : words) {
            if (word == null || word.isEmpty() || word.startsWith(":")) {
                throw invalid("an empty one", "words such as beta or team:search");
            }
            int colon = word.indexOf(':');
            String name = colon < 0 ? word : word.substring(0, colon);
            if (name.equals(SharedBudget.TAG)) {
                throw invalid(SharedBudget.TAG, "the field budget_id");
            }
            if (tags.put(name, colon < 0 ? "" : word.substring(colon + 1)) != null) {
                throw invalid(name + " given twice", "one value of each");
            }
        }
        return tags;
    }

    static List<String> written(Map<String, String> tags) {
        return tags.entrySet().stream()
                .filter(tag -> !tag.getKey().equals(SharedBudget.TAG))
                .map(tag -> tag.getValue().isEmpty() ? tag.getKey() : tag.getKey() + ":" + tag.getValue())
                .toList();
    }

    private static Problem invalid(String was, String expected) {
        return new Problem(ProblemCode.INVALID_VALUE, FIELD + ": " + was + " (expected: " + expected + ")", FIELD);
    }
}
