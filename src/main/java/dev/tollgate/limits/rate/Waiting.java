package dev.tollgate.limits.rate;

/**
 * How requests wait for a slot of a bucket.
 *
 * @param maxMillis how long; 0 for not at all
 * @param maxRequests how many at one bucket and replica; when there are more, the one with the lowest priority is refused
 */
public record Waiting(long maxMillis, int maxRequests) {
    /** No request waits. Priority then means nothing. */
    public static final Waiting NONE = new Waiting(0, 0);

    /** Shorter than what clients wait before they try again by themselves. */
    public static final Waiting BRIEFLY = new Waiting(500, 100);

    public Waiting {
        if (maxMillis < 0 || maxRequests < 0) {
            throw new IllegalArgumentException(
                    "waiting: " + maxMillis + " ms, " + maxRequests + " requests (expected: >= 0)");
        }
    }

    boolean isAllowed() {
        return maxMillis > 0 && maxRequests > 0;
    }
}
