package dev.tollgate.gateway;

import java.time.Duration;

/**
 * How far Tollgate goes to have a request served that failed.
 *
 * @param retries how often one is sent again to where it failed in passing, after all other places have been tried
 * @param firstPause before the first time, at most; it doubles each time, and is drawn anew between nothing and that
 * @param longestPause before any time; a provider that asks for a longer one is not asked again
 * @param withoutRoute which requests are sent again that are for a model, not for a route
 * @param unknownMost how many attempts of one request may end without anybody knowing whether they are billed, and yet be
 *     followed by another one
 * @param patience how long a stream may take to begin where it could go elsewhere
 * @param within how long all attempts and pauses of a request may take until its answer begins
 * @param callsMost under way at once at a model of an account, from one process; {@link Integer#MAX_VALUE} for any number
 * @param callersPayLost whether callers are charged for attempts that came to nothing by the provider's fault, and may have
 *     been billed; else the account's owner pays them
 */
public record RetryPolicy(
        int retries,
        Duration firstPause,
        Duration longestPause,
        WithoutRoute withoutRoute,
        int unknownMost,
        Duration patience,
        Duration within,
        int callsMost,
        boolean callersPayLost) {
    /** As it is where nothing is set. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(
            2,
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            WithoutRoute.UNSENT,
            1,
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Integer.MAX_VALUE,
            /* callersPayLost= */ false);

    /** Doubling any further would pass every bound. */
    private static final int DOUBLINGS_MAX = 20;

    /** Which requests for a model are sent again. */
    public enum WithoutRoute {
        /** None. */
        NONE,
        /** Those that reached nobody. Errors are for the client to see, as client libraries try again by themselves. */
        UNSENT,
        /** Those that were answered with an error that may pass, too. */
        ALL
    }

    /**
     * How long to wait before a request is sent again.
     *
     * @param before how often it was sent again before
     * @param jitter 0 to before 1, by chance
     */
    long pauseNanos(int before, double jitter) {
        long most = Math.min(longestPause.toNanos(), firstPause.toNanos() << Math.min(before, DOUBLINGS_MAX));
        return (long) (Math.max(0, most) * jitter);
    }

    boolean isBounded() {
        return callsMost < Integer.MAX_VALUE;
    }
}
