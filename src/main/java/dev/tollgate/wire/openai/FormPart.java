package dev.tollgate.wire.openai;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the head of a part of a form says: the name of the field, and whether a file is in it. */
record FormPart(String name, boolean isFile) {
    private static final Set<String> PLAIN_ENCODINGS = Set.of("7bit", "8bit", "binary");

    /** Reads a head, or returns null where a provider could understand it in another way. */
    static @Nullable FormPart of(String head) {
        FormPart part = null;
        for (String line : head.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon <= 0 || line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
                return null;
            }
            String value = line.substring(colon + 1);
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-disposition" -> {
                    FormPart disposed = ofDisposition(value);
                    if (part != null || disposed == null) {
                        return null;
                    }
                    part = disposed;
                }
                case "content-transfer-encoding" -> {
                    if (!PLAIN_ENCODINGS.contains(value.strip().toLowerCase(Locale.ROOT))) {
                        return null;
                    }
                }
                case String name
                when isBlankIn(name) -> {
                    return null;
                }
                default -> {}
            }
        }
        return part;
    }

    private static @Nullable FormPart ofDisposition(String value) {
        Parameters disposition = Parameters.parse(value);
        if (disposition == null || !disposition.value().equals("form-data")) {
            return null;
        }
        String name = disposition.plain("name");
        boolean isFile = disposition.named().containsKey("filename")
                || disposition.named().containsKey("filename*");
        return name == null ? null : new FormPart(name, isFile);
    }

    /** A blank at its start folds a line to the one before; elsewhere in a name it hides the header from some. */
    private static boolean isBlankIn(String name) {
        return name.chars().anyMatch(c -> c <= ' ');
    }
}
