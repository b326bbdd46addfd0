package dev.tollgate.admin.settings;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.settings.pg.PgSettings.Position;
import org.jspecify.annotations.Nullable;

/** Where pages of settings end. */
final class Cursors {
    private static final String BETWEEN = "~";

    private Cursors() {}

    static String of(Position position) {
        return String.join(BETWEEN, position.organizationId(), position.clientId(), position.feature());
    }

    /** Where the page before ended, or null at the beginning. */
    static @Nullable Position place(String cursor) {
        if (cursor.isEmpty()) {
            return null;
        }
        String[] parts = cursor.split(BETWEEN, -1);
        if (parts.length != 3 || cursor.indexOf('\0') >= 0) {
            throw invalid();
        }
        return new Position(parts[0], parts[1], parts[2]);
    }

    /** The version at which the page before ended. */
    static long version(String cursor) {
        try {
            return cursor.isEmpty() ? Long.MAX_VALUE : Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw invalid();
        }
    }

    private static Problem invalid() {
        return new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
    }
}
