package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.Set;
import java.util.TreeSet;

/** Refuses parameters of a query that are not there, because the answer would be to another question. */
final class KnownParameters {
    private static final int LENGTH_MAX = 512;

    private KnownParameters() {}

    static void check(MultivaluedMap<String, String> given, Set<String> known) {
        given.forEach((name, values) -> {
            if (!known.contains(name)) {
                throw invalid(
                        name.length() <= 100 ? name : name.substring(0, 100) + "…",
                        "there is no such parameter (expected: " + String.join(", ", new TreeSet<>(known)) + ")");
            }
            if (values.size() > 1) {
                throw invalid(name, "given " + values.size() + " times (expected: once)");
            }
            if (values.getFirst().length() > LENGTH_MAX || values.getFirst().indexOf('\0') >= 0) {
                throw invalid(name, "expected: at most " + LENGTH_MAX + " characters, none of them NUL");
            }
        });
    }

    static Problem invalid(String parameter, String message) {
        return new Problem(ProblemCode.INVALID_VALUE, parameter + ": " + message, parameter);
    }
}
