package dev.tollgate.limits.rate;

/**
 * When a shared store is given up, and when it is tried again.
 *
 * @param patienceMillis how long a request waits for it at most
 * @param failuresWatched how many requests are looked back at; when half of them have failed it is given up
 * @param pauseMillis after which it is tried again
 * @param trials how many requests must succeed before all ask it again; as many may try at the same time
 */
public record FailoverSettings(long patienceMillis, int failuresWatched, long pauseMillis, int trials) {
    public static final FailoverSettings DEFAULT = new FailoverSettings(20, 10, 1_000, 3);

    /** The usual ones, but for how long a request waits. */
    public static FailoverSettings waiting(long patienceMillis) {
        return new FailoverSettings(patienceMillis, DEFAULT.failuresWatched, DEFAULT.pauseMillis, DEFAULT.trials);
    }

    public FailoverSettings {
        if (patienceMillis < 1 || failuresWatched < 2 || pauseMillis < 0 || trials < 1) {
            throw new IllegalArgumentException("failover: " + patienceMillis + " ms, " + failuresWatched + " requests, "
                    + pauseMillis + " ms, " + trials + " trials (expected: >= 1, 2, 0, 1)");
        }
    }
}
