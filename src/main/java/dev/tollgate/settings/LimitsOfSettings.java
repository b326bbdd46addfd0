package dev.tollgate.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits that follow from settings: for an organization's rows the shipped defaults where it sets nothing, for a
 * client's rows only what it sets itself, because what it inherits is counted with its organization. Whoever enforces
 * limits reads them from here.
 */
public final class LimitsOfSettings {
    private static final Comparator<FeatureLimits> ORGANIZATION_FIRST = Comparator.comparing(
                    FeatureLimits::clientId, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(FeatureLimits::feature);

    private LimitsOfSettings() {}

    /** The limits of an organization and its clients, one for each row that has any. */
    public static List<FeatureLimits> of(String organizationId, OrganizationSettings settings) {
        List<FeatureLimits> limits = new ArrayList<>();
        settings.rows().forEach((place, row) -> {
            if (place.clientId() == null || hasAny(row)) {
                limits.add(limits(organizationId, place, row));
            }
        });
        limits.sort(ORGANIZATION_FIRST);
        return limits;
    }

    private static FeatureLimits limits(String organizationId, Place place, FeatureSettings row) {
        return new FeatureLimits(
                organizationId,
                place.clientId(),
                place.feature(),
                value(Setting.REQUESTS_PER_MINUTE, place, row),
                value(Setting.REQUESTS_PER_DAY, place, row),
                value(Setting.COST_PER_DAY, place, row),
                value(Setting.PRIORITY, place, row));
    }

    private static <T> @Nullable T value(Setting<T> setting, Place place, FeatureSettings row) {
        T own = row.get(setting);
        return own == null && place.clientId() == null ? setting.shipped() : own;
    }

    private static boolean hasAny(FeatureSettings row) {
        return row.has(Setting.REQUESTS_PER_MINUTE)
                || row.has(Setting.REQUESTS_PER_DAY)
                || row.has(Setting.COST_PER_DAY)
                || row.has(Setting.PRIORITY);
    }
}
