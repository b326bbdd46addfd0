package dev.tollgate.wire.openai;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A header with parameters, such as {@code form-data; name="model"}.
 *
 * @param value what stands before them, in lower case
 * @param named what they are, by their names in lower case; escapes in quoted ones are left as they are
 */
record Parameters(String value, Map<String, String> named) {
    private static final Pattern VALUE = Pattern.compile("[ \t]*([^\\s;\"]+)[ \t]*");
    private static final Pattern PARAMETER =
            Pattern.compile(";[ \t]*(?:([^\\s;=\"]+)=(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s;\"]+))[ \t]*)?");

    /** Reads a header, or returns null where it is not wholly of this form or names a parameter twice. */
    static @Nullable Parameters parse(String header) {
        Matcher matcher = VALUE.matcher(header);
        if (!matcher.lookingAt()) {
            return null;
        }
        String value = matcher.group(1).toLowerCase(Locale.ROOT);
        Map<String, String> named = new HashMap<>();
        matcher.usePattern(PARAMETER);
        for (int at = matcher.end(); at < header.length(); at = matcher.end()) {
            if (!matcher.region(at, header.length()).lookingAt()) {
                return null;
            }
            String name = matcher.group(1);
            String text = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            if (name != null && named.put(name.toLowerCase(Locale.ROOT), text) != null) {
                return null;
            }
        }
        return new Parameters(value, named);
    }

    /** The parameter, or null where there is none, or none that everyone reads in the same way. */
    @Nullable
    String plain(String name) {
        String text = named.get(name);
        boolean otherwise = named.containsKey(name + "*") || (text != null && text.indexOf('\\') >= 0);
        return otherwise ? null : text;
    }
}
