package dev.tollgate.reports;

import dev.tollgate.kernel.RequestId;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which entry it is: that of a request, or one of its corrections. Written as {@code req_…} and, after a dot, the number
 * of the correction.
 */
public record EntryPosition(UUID requestId, int seq) {
    private static final Pattern FORM = Pattern.compile(
            "req_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})(?:\\.([0-9]{1,4}))?");

    /** Without a number it is the entry of the request itself. */
    public static Optional<EntryPosition> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        UUID id = UUID.fromString(String.join(
                "-", matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4), matcher.group(5)));
        String seq = matcher.group(6);
        return Optional.of(new EntryPosition(id, seq == null ? 0 : Integer.parseInt(seq)));
    }

    @Override
    public String toString() {
        return new RequestId(requestId) + "." + seq;
    }
}
