package dev.tollgate.admin;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import org.jspecify.annotations.Nullable;

/** What a request has to give, checked. */
public final class Given {
    private Given() {}

    /** A member that must be there. */
    public static <T> T required(String member, @Nullable T value) {
        if (value == null) {
            throw new Problem(ProblemCode.MISSING_VALUE, member + ": missing", member);
        }
        return value;
    }

    /** A text for people: 1 to {@code lengthMax} characters, not blank, without control characters. */
    public static String text(String member, @Nullable String value, int lengthMax) {
        String text = required(member, value);
        if (text.isBlank() || text.length() > lengthMax || text.chars().anyMatch(Character::isISOControl)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    member + ": expected: 1 to " + lengthMax + " characters, none of them a control character",
                    member);
        }
        return text;
    }
}
