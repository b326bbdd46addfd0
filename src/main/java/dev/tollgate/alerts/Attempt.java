package dev.tollgate.alerts;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt to deliver has ended.
 *
 * @param status the HTTP status, where there was one
 * @param error why it failed, up to 512 characters, without secrets; null where it did not
 * @param retryAfter how long the receiver wants to be left alone; null where it did not say
 * @param isFinal whether the receiver wants no other attempt
 */
public record Attempt(
        boolean delivered,
        @Nullable Integer status,
        long latencyMillis,
        @Nullable String error,
        @Nullable Duration retryAfter,
        boolean isFinal) {
    static final int ERROR_LENGTH_MAX = 512;

    static Attempt delivered(@Nullable Integer status, long latencyMillis) {
        return new Attempt(true, status, latencyMillis, null, null, false);
    }

    static Attempt failed(@Nullable Integer status, long latencyMillis, String error) {
        String shown = error.length() <= ERROR_LENGTH_MAX ? error : error.substring(0, ERROR_LENGTH_MAX - 1) + "…";
        return new Attempt(false, status, latencyMillis, shown, null, false);
    }

    Attempt retriedAfter(@Nullable Duration wanted) {
        return new Attempt(delivered, status, latencyMillis, error, wanted, isFinal);
    }

    Attempt asFinal() {
        return new Attempt(delivered, status, latencyMillis, error, retryAfter, true);
    }
}
