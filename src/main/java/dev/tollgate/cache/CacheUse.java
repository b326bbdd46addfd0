package dev.tollgate.cache;

import dev.tollgate.kernel.Money;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the cache did for some requests of a period.
 *
 * @param group what they have in common, in the order that was asked for
 * @param requests all of them, those that could not be cached included
 * @param hits those that were answered from a tier, by the tier's name
 * @param coalesced those that shared the answer to another one under way
 * @param saved what they would have cost
 * @param savedMicros that callers did not have to wait
 */
public record CacheUse(
        List<String> group, long requests, Map<String, Long> hits, long coalesced, Money saved, long savedMicros) {
    /** What requests are told apart by. */
    public enum By {
        ORGANIZATION_ID,
        ROUTE,
        FEATURE;

        /** The name that askers use, which is that of the ledger's column. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Optional<By> of(String label) {
            return Arrays.stream(values())
                    .filter(by -> by.label().equals(label))
                    .findFirst();
        }
    }
}
