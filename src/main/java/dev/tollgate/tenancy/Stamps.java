package dev.tollgate.tenancy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the database notes of a tenant.
 *
 * @param endedAt when it was archived or revoked for good, or null
 * @param version grows with every change; 0 is not stored yet
 */
public record Stamps(
        Instant createdAt, Instant updatedAt, @Nullable Instant endedAt, long version) {
    /** Of what is not stored yet. */
    public static final Stamps NONE = new Stamps(Instant.EPOCH, Instant.EPOCH, null, 0);

    public boolean isEnded() {
        return endedAt != null;
    }
}
