package dev.tollgate.settings;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What was set at a place from one change to the next.
 *
 * @param version later changes have greater ones, in every organization; it is the place's ETag
 * @param settings null where everything was taken back
 * @param cascaded whether it followed from a change of the organization's
 * @param by the id of whoever changed it
 */
public record SettingsVersion(
        String organizationId,
        Place place,
        long version,
        @Nullable FeatureSettings settings,
        boolean cascaded,
        Instant at,
        String by) {}
