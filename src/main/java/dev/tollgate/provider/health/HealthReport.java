package dev.tollgate.provider.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How an account stands, for people.
 *
 * @param since when it has been in that state
 * @param reason why it is not up, or null
 * @param check the latest, or null where there was none yet
 */
public record HealthReport(
        HealthState state,
        Instant since,
        @Nullable String reason,
        @Nullable Check check,
        Uptime uptime) {
    /**
     * A check.
     *
     * @param outcome what the provider's answer was: {@code success}
     */
    public record Check(Instant at, String outcome, int millis) {}

    /**
     * The part of the time, 0 to 1, in which it was not down; of a window that began before it was known, of the time since
     * then. Null where that is nothing.
     */
    public record Uptime(
            @Nullable Double day,
            @Nullable Double week,
            @Nullable Double month) {}
}
