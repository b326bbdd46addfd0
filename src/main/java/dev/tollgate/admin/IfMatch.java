package dev.tollgate.admin;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code If-Match} of a change: the versions that the caller believes in. Every version's ETag is strong: its number,
 * quoted. A change without the header is made to whatever version there is.
 */
public final class IfMatch {
    private static final String NAME = "If-Match";
    private static final Pattern TAG = Pattern.compile("\\s*((?:W/)?)\"([\\x21\\x23-\\x7e]*)\"\\s*(,|$)");

    private final boolean any;
    private final Set<String> tags;

    private IfMatch(boolean any, Set<String> tags) {
        this.any = any;
        this.tags = tags;
    }

    /** Whatever version there is. */
    public static IfMatch any() {
        return new IfMatch(true, Set.of());
    }

    /** Reads the header; fails with {@code invalid_value} where it is none. Weak tags match nothing. */
    static IfMatch parse(@Nullable String header) {
        if (header == null || header.strip().equals("*")) {
            return any();
        }
        Set<String> tags = new HashSet<>();
        Matcher tag = TAG.matcher(header);
        while (tag.lookingAt()) {
            if (tag.group(1).isEmpty()) {
                tags.add(tag.group(2));
            }
            tag.region(tag.end(), header.length());
        }
        if (tag.regionStart() < header.length() || header.isBlank()) {
            throw new Problem(ProblemCode.INVALID_VALUE, "If-Match: not a list of ETags (expected: \"3\")", NAME);
        }
        return new IfMatch(false, Set.copyOf(tags));
    }

    /** Refuses to change an object of another version. */
    public void mustBe(long version) {
        if (!any && !tags.contains(String.valueOf(version))) {
            throw new Problem(
                    ProblemCode.PRECONDITION_FAILED,
                    "The object was changed meanwhile: it is of version \"" + version + "\"; read it again.",
                    NAME);
        }
    }

    /** The ETag of a version. */
    static String tag(long version) {
        return "\"" + version + "\"";
    }
}
