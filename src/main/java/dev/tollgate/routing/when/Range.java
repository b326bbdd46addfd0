package dev.tollgate.routing.when;

/** Whole numbers from {@code atLeast} to before {@code below}. */
public record Range(long atLeast, long below) {
    public Range {
        if (atLeast >= below) {
            throw new IllegalArgumentException("nothing is at least " + atLeast + " and below " + below);
        }
    }

    public boolean has(long number) {
        return atLeast <= number && number < below;
    }

    /** Whether all of another range is in this one. */
    boolean covers(Range other) {
        return atLeast <= other.atLeast && other.below <= below;
    }

    @Override
    public String toString() {
        if (below == Long.MAX_VALUE) {
            return "at least " + atLeast;
        }
        return atLeast == 0 ? "below " + below : "at least " + atLeast + " and below " + below;
    }
}
