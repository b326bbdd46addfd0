package dev.tollgate.admin.limits;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One of a few words, as the API writes them: {@code end_user}. */
final class Choice {
    private Choice() {}

    static <E extends Enum<E>> E of(String member, String given, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(each -> label(each).equals(given))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        ProblemCode.INVALID_VALUE,
                        member + ": none of these (expected: "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(Choice::label)
                                        .collect(Collectors.joining(", "))
                                + ")",
                        member));
    }

    /** The same with what holds where nothing is given. */
    static <E extends Enum<E>> E of(String member, @Nullable String given, Class<E> type, E otherwise) {
        return given == null ? otherwise : of(member, given, type);
    }

    static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
