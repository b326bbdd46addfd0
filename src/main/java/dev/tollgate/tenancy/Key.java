package dev.tollgate.tenancy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key, but for its secret.
 *
 * @param id {@code key_…}
 * @param clientId the client that it is bound to, or null
 * @param feature the use of AI inside an application that it is bound to, or null
 * @param previousExpiresAt until when the secret before the last rotation is good, or null
 * @param lastUsedAt when it was used last, some seconds behind, or null
 */
public record Key(
        String id,
        String organizationId,
        @Nullable String clientId,
        Profile profile,
        @Nullable String feature,
        @Nullable Instant previousExpiresAt,
        @Nullable Instant lastUsedAt,
        Stamps stamps) {}
