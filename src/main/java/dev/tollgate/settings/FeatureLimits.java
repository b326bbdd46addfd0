package dev.tollgate.settings;

import dev.tollgate.kernel.Money;
import org.jspecify.annotations.Nullable;

/**
 * Limits that follow from settings. They count the requests for which this row holds, as {@link EffectiveSettings} names
 * it: those of all clients together where the row is the organization's.
 *
 * @param clientId null where the row is the organization's
 * @param feature the row's: a feature, or {@link Place#OTHERS}
 * @param requestsPerMinute null where there is no such limit; so the others
 * @param priority the higher, the earlier; null where the row says nothing of it
 */
public record FeatureLimits(
        String organizationId,
        @Nullable String clientId,
        String feature,
        @Nullable Long requestsPerMinute,
        @Nullable Long requestsPerDay,
        @Nullable Money costPerDay,
        @Nullable Long priority) {}
