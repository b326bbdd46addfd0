package dev.tollgate.limits.rules;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stop of spend, until it is lifted.
 *
 * @param ownerId empty for the platform; of a model its name, or the beginning of names with a star at its end
 * @param organizationId whose it is; null for stops of the platform, a model or an account
 * @param origin {@link RuleState#PLATFORM} where the platform stopped an organization, which can't lift it by itself
 * @param cutStreams whether requests under way are cut, too
 */
public record Stop(
        String id,
        Owner owner,
        String ownerId,
        @Nullable String organizationId,
        @Nullable String origin,
        boolean cutStreams,
        String reason,
        Instant createdAt,
        @Nullable Instant liftedAt,
        long version) {

    /** What is stopped. */
    public enum Owner {
        PLATFORM,
        ORGANIZATION,
        CLIENT,
        KEY,
        MODEL,
        ACCOUNT;

        /** The name in the database and in the API: {@code organization}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Owner of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
