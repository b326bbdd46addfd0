package dev.tollgate.rating;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price that is to be added as the next version of its model.
 *
 * @param price the model as a price file has it, in JSON
 * @param effectiveTo the first instant at which it does not hold any more, or null
 * @param source where the figures were taken from
 */
public record NewPrice(
        String provider,
        String model,
        Origin origin,
        Instant effectiveFrom,
        @Nullable Instant effectiveTo,
        String price,
        String source,
        @Nullable String note) {}
