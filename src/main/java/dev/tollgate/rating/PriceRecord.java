package dev.tollgate.rating;

import dev.tollgate.pricing.PriceVersion;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a price as it is kept.
 *
 * @param number counts the versions of the model, from 1
 * @param withdrawnAt when it was taken back before it began, or null
 */
public record PriceRecord(
        NewPrice added,
        int number,
        Instant createdAt,
        String createdBy,
        @Nullable Instant withdrawnAt) {

    /** What ledger entries keep: {@code openai/gpt-5@3}. */
    public String id() {
        return PriceVersion.id(added.provider(), added.model(), number);
    }
}
