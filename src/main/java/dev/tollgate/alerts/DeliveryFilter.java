package dev.tollgate.alerts;

import org.jspecify.annotations.Nullable;

/**
 * Which deliveries are wanted; null is any.
 *
 * @param organizationId over channels of this organization alone
 */
public record DeliveryFilter(
        @Nullable String organizationId,
        @Nullable String channelId,
        @Nullable String alertId,
        @Nullable String state) {}
