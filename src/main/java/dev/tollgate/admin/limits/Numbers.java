package dev.tollgate.admin.limits;

import dev.tollgate.admin.Page;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import org.jspecify.annotations.Nullable;

/** Ids that are numbers. */
final class Numbers {
    private Numbers() {}

    /** What a path names; what is no number is nothing that there is. */
    static long id(String text, String what) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such " + what + ".");
        }
    }

    /** After which one a page goes on, or null at the beginning. */
    static @Nullable Long cursor(Page.Wanted wanted) {
        if (wanted.cursor().isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(wanted.cursor());
        } catch (NumberFormatException e) {
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
        }
    }
}
