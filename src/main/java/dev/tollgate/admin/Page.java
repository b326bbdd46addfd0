package dev.tollgate.admin;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param nextCursor what asks for the next part, or null where this is the last
 */
public record Page<T>(List<T> data, @Nullable String nextCursor) {
    private static final int LIMIT_MAX = 1_000;
    private static final int CURSOR_LENGTH_MAX = 200;

    /**
     * Which part of a list is wanted.
     *
     * @param limit how many at most, 1 to 1,000
     * @param cursor where the part before ended, or an empty text at the beginning
     */
    public record Wanted(int limit, String cursor) {
        /** How many rows to ask for: one more than is shown tells whether there is a next page. */
        public int rows() {
            return limit + 1;
        }
    }

    /** Reads {@code limit} and {@code cursor} of a request. */
    public static Wanted wanted(String limit, @Nullable String cursor) {
        int number;
        try {
            number = Integer.parseInt(limit);
        } catch (NumberFormatException e) {
            number = 0;
        }
        if (number < 1 || number > LIMIT_MAX) {
            throw new Problem(ProblemCode.INVALID_VALUE, "limit: not a number in 1.." + LIMIT_MAX, "limit");
        }
        if (cursor != null && cursor.length() > CURSOR_LENGTH_MAX) {
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
        }
        return new Wanted(number, cursor == null ? "" : cursor);
    }

    /**
     * The page of what was asked for.
     *
     * @param rows up to {@link Wanted#rows()} of them
     * @param cursor what a row is found again by
     */
    public static <R, T> Page<T> of(Wanted wanted, List<R> rows, Function<R, T> view, Function<R, String> cursor) {
        boolean more = rows.size() > wanted.limit;
        List<R> shown = more ? rows.subList(0, wanted.limit) : rows;
        return new Page<>(shown.stream().map(view).toList(), more ? cursor.apply(shown.getLast()) : null);
    }
}
