package dev.tollgate.pricing;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A price of one model that holds for a span of time, with which it is laid over the price files. It is never changed: a
 * correction is another version.
 *
 * @param number counts the versions of one model of one provider, from 1
 * @param effectiveFrom the first instant at which it holds
 * @param effectiveTo the first instant at which it does not hold any more; null where only another version ends it
 */
public record PriceVersion(
        String provider,
        int number,
        Instant effectiveFrom,
        @Nullable Instant effectiveTo,
        ModelPrice price) {

    /** The version that ledger entries keep: {@code openai/gpt-5@3}. */
    public static String id(String provider, String model, int number) {
        return provider + "/" + model + "@" + number;
    }

    Timeline.Layer<ModelPrice> layer() {
        return new Timeline.Layer<>(
                price, effectiveFrom.toEpochMilli(), effectiveTo == null ? Timeline.OPEN : effectiveTo.toEpochMilli());
    }
}
