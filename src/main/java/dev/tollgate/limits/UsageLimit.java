package dev.tollgate.limits;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What requests of a scope may ask for: at a time, in a moment, or each of them.
 *
 * @param amount in what its kind counts
 * @param periodSeconds of a rate: 1, 60, 3,600 or 86,400; else 0
 * @param burst how many of a rate may come at once; null is the whole amount
 */
public record UsageLimit(
        String id,
        String name,
        Scope scope,
        Mode mode,
        Kind kind,
        long amount,
        int periodSeconds,
        @Nullable Long burst) implements Rule {

    /** What is limited. */
    public enum Kind {
        /** Requests per period. */
        REQUESTS,
        /** Tokens in and out per period. */
        TOKENS,
        INPUT_TOKENS,
        OUTPUT_TOKENS,
        /** Requests at the same time. */
        CONCURRENCY,
        /** Bytes of a request's body. */
        REQUEST_BYTES,
        /** Tokens that an answer may have. */
        OUTPUT_CAP,
        /** Seconds that a request may take. */
        DEADLINE,
        /** Nanodollars that a request may cost. */
        PRICE_PER_REQUEST,
        /** Hundredths of a percent of the smallest monthly money budget that a request may cost. */
        SHARE_PER_REQUEST;

        public boolean isRate() {
            return this == REQUESTS || this == TOKENS || this == INPUT_TOKENS || this == OUTPUT_TOKENS;
        }

        /** The name in the database and in the API: {@code input_tokens}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Kind of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** How many of a rate may come at once. */
    public long atOnce() {
        return burst == null ? amount : burst;
    }
}
