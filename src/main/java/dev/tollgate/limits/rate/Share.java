package dev.tollgate.limits.rate;

/**
 * The part of a limit that one replica has, in at most a thousand parts.
 *
 * @param parts how many, from 0
 * @param of as many as the whole limit has
 */
public record Share(long parts, long of) {
    public static final Share WHOLE = new Share(1, 1);

    static final long MOST_PARTS = 1_000;

    public Share {
        if (parts < 0 || of < 1 || of > MOST_PARTS || parts > of) {
            throw new IllegalArgumentException("share: " + parts + " of " + of + " (expected: 0..of, of at most 1000)");
        }
    }

    /** So much of it, rounded down. */
    long of(long whole) {
        return Math.multiplyHigh(whole, parts) == 0 ? whole * parts / of : whole / of * parts;
    }
}
