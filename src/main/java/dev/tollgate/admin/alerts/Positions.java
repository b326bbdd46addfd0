package dev.tollgate.admin.alerts;

import dev.tollgate.admin.Page;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;

/** Where a page of rows that are numbered, newest first, goes on. */
final class Positions {
    private Positions() {}

    /** The number before which the wanted page begins. */
    static long before(Page.Wanted wanted) {
        try {
            return wanted.cursor().isEmpty() ? Long.MAX_VALUE : Long.parseLong(wanted.cursor());
        } catch (NumberFormatException e) {
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
        }
    }
}
