package dev.tollgate.limits.rules;

import dev.tollgate.limits.budget.Measure;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a call may have cost beyond what was booked, as nobody knows how it ended.
 *
 * @param organizationId whose budget it is in; null for those of the platform, a tier or an account
 * @param epoch the run of the replica that made the call
 * @param amount in what the budget measures
 */
public record Doubt(
        long id,
        String budgetId,
        @Nullable String organizationId,
        long windowId,
        UUID requestId,
        long epoch,
        Measure measure,
        long amount,
        String reason,
        State state,
        Instant createdAt,
        @Nullable Instant decidedAt) {

    /** What became of it. */
    public enum State {
        /** It counts until somebody decides, or the truth comes. */
        HELD,
        /** It counts no more. */
        RELEASED,
        /** It counts for good. */
        CHARGED;

        /** The name in the database and in the API: {@code held}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static State of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
