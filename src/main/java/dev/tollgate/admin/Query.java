package dev.tollgate.admin;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.reports.Grouping;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a question about money, read strictly: a filter that is misspelled is refused, because without it the
 * figure would be another one.
 */
final class Query {
    private static final int VALUES_MAX = 100;
    private static final int LENGTH_MAX = 512;
    private static final String TAG = Grouping.ByTag.PREFIX;

    private final MultivaluedMap<String, String> parameters;

    /** @param known the parameters that there are, beside those of tags */
    Query(MultivaluedMap<String, String> parameters, Set<String> known) {
        this.parameters = parameters;
        parameters.forEach((name, values) -> {
            if (!known.contains(name) && !(name.startsWith(TAG) && name.length() > TAG.length())) {
                throw invalid(
                        name,
                        "there is no such parameter (expected: " + String.join(", ", new TreeSet<>(known))
                                + ", tag:KEY)");
            }
            if (values.size() > VALUES_MAX) {
                throw invalid(name, values.size() + " values (expected: at most " + VALUES_MAX + ")");
            }
        });
    }

    static Problem invalid(String param, String message) {
        return new Problem(ProblemCode.INVALID_VALUE, cut(param) + ": " + message, cut(param));
    }

    /** The value of a parameter that is given once at most. */
    @Nullable
    String one(String name) {
        List<String> values = all(name);
        if (values.size() > 1) {
            throw invalid(name, "given " + values.size() + " times (expected: once)");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    String one(String name, String otherwise) {
        String value = one(name);
        return value == null ? otherwise : value;
    }

    /** All values of a parameter, none where it is not given. */
    List<String> all(String name) {
        List<String> values = parameters.getOrDefault(name, List.of());
        values.forEach(value -> {
            if (value.length() > LENGTH_MAX || value.indexOf('\0') >= 0) {
                throw invalid(name, "expected: at most " + LENGTH_MAX + " characters, none of them NUL");
            }
        });
        return values;
    }

    /** The values that are given per tag. */
    Map<String, List<String>> tags() {
        Map<String, List<String>> tags = new LinkedHashMap<>();
        parameters.keySet().stream()
                .filter(name -> name.startsWith(TAG))
                .forEach(name -> tags.put(name.substring(TAG.length()), all(name)));
        return tags;
    }

    /** How many rows a page has. */
    int limit(int otherwise, int max) {
        String text = one("limit");
        try {
            int limit = text == null ? otherwise : Integer.parseInt(text);
            if (limit >= 1 && limit <= max) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // told below, like every other limit that is out of range
        }
        throw invalid("limit", cut(String.valueOf(text)) + " (expected: 1.." + max + ")");
    }

    static String cut(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
