package dev.tollgate.alerts;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a delivery.
 *
 * @param id {@code dlv_…}
 * @param organizationId whose channel it goes over; null is the platform's
 * @param state {@code waiting}, {@code delivered}, {@code dead} or {@code cancelled}
 * @param attempts how many were made
 * @param attemptsLeft how many more there will be
 * @param dueAt when it is tried next; null unless it waits
 * @param log its attempts, the latest first; where many deliveries are listed, the latest alone
 */
public record DeliveryRecord(
        long seq,
        String id,
        String alertId,
        String kind,
        String channelId,
        @Nullable String organizationId,
        String state,
        int attempts,
        int attemptsLeft,
        @Nullable Instant dueAt,
        Instant createdAt,
        @Nullable Instant endedAt,
        List<LoggedAttempt> log) {
    /**
     * An attempt.
     *
     * @param delivered null while it is under way, and where its sender never came back
     * @param status the HTTP status, where there was one
     */
    public record LoggedAttempt(
            int number,
            Instant begunAt,
            @Nullable Boolean delivered,
            @Nullable Integer status,
            @Nullable Integer latencyMillis,
            @Nullable String error) {}
}
