package dev.tollgate.routing.when;

import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What requests have and conditions want, in words. */
final class Words {
    private Words() {}

    static String orNone(@Nullable String value) {
        return value == null ? "none" : value;
    }

    static String oneOf(Set<String> names) {
        return String.join(" or ", new TreeSet<>(names));
    }

    static <E extends Enum<E>> String labels(Set<E> constants, String between) {
        return String.join(
                between, new TreeSet<>(constants).stream().map(Labels::of).toList());
    }
}
