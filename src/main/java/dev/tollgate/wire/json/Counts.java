package dev.tollgate.wire.json;

import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The counts that a provider reports, read from JSON. Counts that can't be true (negative, fractional, larger than 2^31,
 * two different ones of the same thing) read as zero or as the larger one and make the report untrusted; reading never
 * fails on them. Used by one thread.
 *
 * @param <S> what is counted; at most 64 things
 */
public final class Counts<S extends Enum<S>> {
    /** No request of any model comes near it; what claims more is not believed. */
    private static final long COUNT_MAX = 1L << 31;

    private final long[] values;
    private long said;
    private long saidInThisReport;
    private boolean trusted = true;

    /** Counts of so many things, as many as {@code S} has constants; {@code values()} would copy. */
    public Counts(int things) {
        values = new long[things];
    }

    /**
     * Reads an object whose start the cursor has just passed, to its end. Of a report that comes in several objects, such
     * as the running totals of a stream, the largest count of each thing holds.
     */
    public void read(JsonCursor cursor, CountForm<S> form) {
        read(cursor, form, unknown -> false);
    }

    /**
     * The same, with a say for members that the form does not know.
     *
     * @param other called after such a member's name; has read the member's value where it answers true
     */
    public void read(JsonCursor cursor, CountForm<S> form, Predicate<JsonCursor> other) {
        saidInThisReport = 0;
        readMembers(cursor, form, other);
    }

    private void readMembers(JsonCursor cursor, CountForm<S> form, Predicate<JsonCursor> other) {
        while (cursor.next() == Token.NAME) {
            CountForm.Member<S> member = form.at(cursor);
            if (member == null) {
                if (!other.test(cursor)) {
                    cursor.skip();
                }
            } else if (member.within() != null) {
                if (enters(cursor, Token.OBJECT_START)) {
                    readMembers(cursor, member.within(), unknown -> false);
                }
            } else if (member.counts() != null) {
                say(member.counts(), next(cursor));
            }
        }
    }

    /** Whether the value that follows is such a container, which the cursor has then entered; any other is passed over. */
    public static boolean enters(JsonCursor cursor, Token container) {
        Token token = cursor.next();
        if (token != container && (token == Token.OBJECT_START || token == Token.ARRAY_START)) {
            cursor.skip();
        }
        return token == container;
    }

    /** The count that follows; null counts as zero, anything but a believable whole number as zero and untrusted. */
    public long next(JsonCursor cursor) {
        Token token = cursor.next();
        if (token == Token.NULL) {
            return 0;
        }
        long count = token == Token.NUMBER ? cursor.wholeNumber() : -1;
        if (count >= 0 && count <= COUNT_MAX) {
            return count;
        }
        return unbelievable(cursor, token);
    }

    /** The count that follows, where a fraction is possible; what has begun counts whole, as providers bill it. */
    public long nextBegun(JsonCursor cursor) {
        Token token = cursor.next();
        if (token == Token.NULL) {
            return 0;
        }
        double count = token == Token.NUMBER ? cursor.decimal() : -1;
        if (count >= 0 && count <= COUNT_MAX) {
            return (long) Math.ceil(count);
        }
        return unbelievable(cursor, token);
    }

    private long unbelievable(JsonCursor cursor, Token token) {
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
        trusted = false;
        return 0;
    }

    /** Takes a count that was read. */
    public void say(S what, long count) {
        long bit = 1L << what.ordinal();
        int i = what.ordinal();
        if ((saidInThisReport & bit) != 0 && values[i] != count) {
            trusted = false;
        }
        values[i] = Math.max(values[i], count);
        said |= bit;
        saidInThisReport |= bit;
    }

    /** Adds to a count, as parts of it come. */
    public void add(S what, long count) {
        values[what.ordinal()] = Math.min(values[what.ordinal()] + count, COUNT_MAX);
        said |= 1L << what.ordinal();
    }

    /** The count, zero where none was said. */
    public long of(S what) {
        return values[what.ordinal()];
    }

    public boolean said(S what) {
        return (said & 1L << what.ordinal()) != 0;
    }

    /** What is left of a total without its parts; zero and untrusted where the parts are larger. */
    public long rest(long total, long parts) {
        if (parts > total) {
            trusted = false;
            return 0;
        }
        return total - parts;
    }

    /** Says that the report can't be true for a reason that only its reader knows. */
    public void distrust() {
        trusted = false;
    }

    /** False where some count could not be true. */
    public boolean trusted() {
        return trusted;
    }

    @Override
    public String toString() {
        return Arrays.toString(values) + (trusted ? "" : " untrusted");
    }
}
