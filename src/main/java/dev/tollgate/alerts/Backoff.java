package dev.tollgate.alerts;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before another attempt: three times as long after each, up to an hour, and of that a random part
 * between a half and the whole, so that many who failed at once do not come back at once.
 */
public final class Backoff {
    private static final int FACTOR = 3;
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Duration first;
    private final RandomGenerator random;

    /** @param first the longest wait after the first attempt */
    public Backoff(Duration first, RandomGenerator random) {
        if (!first.isPositive() || first.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "first wait: " + first + " (expected: more than none, up to " + LONGEST + ")");
        }
        this.first = first;
        this.random = random;
    }

    /**
     * The wait after an attempt that failed.
     *
     * @param attempt which it was, from 1
     * @param asked what the receiver asked for, which is followed up to an hour
     */
    public Duration after(int attempt, @Nullable Duration asked) {
        Duration whole = first;
        for (int i = 1; i < attempt && whole.compareTo(LONGEST) < 0; i++) {
            whole = whole.multipliedBy(FACTOR);
        }
        long millis = shorter(whole, LONGEST).toMillis();
        Duration wait = Duration.ofMillis(millis - random.nextLong(millis / 2 + 1));
        return asked == null || asked.compareTo(wait) <= 0 ? wait : shorter(asked, LONGEST);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
