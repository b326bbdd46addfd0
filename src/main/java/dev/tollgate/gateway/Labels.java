package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the caller says in headers about a request, for the ledger alone: {@code x-tollgate-feature} and
 * {@code x-tollgate-tags: a=b,c=d}. What is malformed or too much is dropped, and a flag tells so; it is never an error.
 *
 * @param flags what was dropped: {@code dropped_feature}, {@code dropped_tags}
 */
record Labels(@Nullable String feature, Map<String, String> tags, List<String> flags) {
    private static final int FEATURE_MAX = 64;
    private static final int TAGS_MAX = 10;
    private static final int TAG_KEY_MAX = 64;
    private static final int TAG_VALUE_MAX = 256;
    private static final Labels NONE = new Labels(null, Map.of(), List.of());

    static Labels of(@Nullable String feature, @Nullable String tags) {
        if (feature == null && tags == null) {
            return NONE;
        }
        List<String> flags = new ArrayList<>(0);
        String name = feature(feature);
        if (feature != null && name == null) {
            flags.add("dropped_feature");
        }
        return new Labels(name, tags == null ? Map.of() : tags(utf8(tags), flags), flags);
    }

    /** The feature that a header names, or null where it names none that is well-formed. */
    static @Nullable String feature(@Nullable String header) {
        if (header == null) {
            return null;
        }
        String name = utf8(header).strip();
        return isPlain(name, FEATURE_MAX) ? name : null;
    }

    private static Map<String, String> tags(String header, List<String> flags) {
        if (header.isBlank()) {
            return Map.of();
        }
        Map<String, String> tags = LinkedHashMap.newLinkedHashMap(4);
        boolean dropped = false;
        for (int start = 0; start <= header.length(); ) {
            int comma = header.indexOf(',', start);
            int end = comma < 0 ? header.length() : comma;
            int equals = header.indexOf('=', start);
            String key = equals < 0 || equals > end
                    ? ""
                    : header.substring(start, equals).strip();
            String value =
                    key.isEmpty() ? "" : header.substring(equals + 1, end).strip();
            if (isPlain(key, TAG_KEY_MAX)
                    && isPlain(value, TAG_VALUE_MAX)
                    && (tags.size() < TAGS_MAX || tags.containsKey(key))) {
                tags.put(key, value);
            } else {
                dropped = true;
                if (tags.size() == TAGS_MAX) {
                    break;
                }
            }
            start = end + 1;
        }
        if (dropped) {
            flags.add("dropped_tags");
        }
        return tags;
    }

    /** Headers are read byte by byte; what was meant by bytes beyond ASCII is UTF-8. */
    static String utf8(String header) {
        for (int i = 0; i < header.length(); i++) {
            if (header.charAt(i) >= 0x80) {
                return new String(header.getBytes(ISO_8859_1), UTF_8);
            }
        }
        return header;
    }

    /** Whether a text has something in it, no more bytes in UTF-8 than that, and no control characters. */
    private static boolean isPlain(String text, int bytesMax) {
        if (text.isEmpty() || text.length() > bytesMax) {
            return false;
        }
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7F) {
                return false;
            }
            bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes <= bytesMax;
    }
}
