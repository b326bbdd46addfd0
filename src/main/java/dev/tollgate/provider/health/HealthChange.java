package dev.tollgate.provider.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change of an account's state.
 *
 * @param number grows from one to the next
 */
public record HealthChange(
        long number,
        HealthState from,
        HealthState to,
        @Nullable String reason,
        Instant at) {}
