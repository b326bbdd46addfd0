package dev.tollgate.admin.providers;

import dev.tollgate.kernel.Problem;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names that programs use, of up to 200 visible characters of ASCII, as a request has to give them. */
final class Labels {
    static final Pattern NAME = Pattern.compile("[!-~]+");

    /** With a star at its end at most. */
    static final Pattern PATTERN = Pattern.compile("[!-~&&[^*]]*\\*?");

    private static final int LENGTH_MAX = 200;

    private Labels() {}

    static List<String> read(String member, List<@Nullable String> given, int max, Pattern form) {
        if (given.size() > max) {
            throw AccountBody.invalid(member, given.size() + " (expected: at most " + max + ")");
        }
        return given.stream().map(label -> read(member, label, form)).toList();
    }

    static String read(String member, @Nullable String label, Pattern form) {
        if (label == null
                || label.isEmpty()
                || label.length() > LENGTH_MAX
                || !form.matcher(label).matches()) {
            throw expected(member);
        }
        return label;
    }

    private static Problem expected(String member) {
        return AccountBody.invalid(member, "expected: names of up to " + LENGTH_MAX + " visible characters");
    }
}
