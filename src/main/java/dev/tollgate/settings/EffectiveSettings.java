package dev.tollgate.settings;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the requests of a feature, and where each value comes from: the organization's values in place of the
 * shipped ones, narrowed by the client's. Whatever the two have set, the outcome is never wider than the organization's.
 */
public final class EffectiveSettings {
    /** What nobody has set anything for: requests pass as they came. */
    public static final EffectiveSettings NONE = new EffectiveSettings(null, null, Map.of());

    private final @Nullable String organizationFeature;
    private final @Nullable String clientFeature;
    private final Map<Setting<?>, Sourced<?>> values;

    /** A value and where it comes from. */
    public record Sourced<T>(T value, Source from) {}

    private EffectiveSettings(
            @Nullable String organizationFeature, @Nullable String clientFeature, Map<Setting<?>, Sourced<?>> values) {
        this.organizationFeature = organizationFeature;
        this.clientFeature = clientFeature;
        this.values = values;
    }

    /**
     * What two rows make together; either may be missing.
     *
     * @param organizationFeature what the organization's row is for: the feature, or {@link Place#OTHERS}
     * @param clientFeature what the client's row is for
     */
    static EffectiveSettings of(
            @Nullable String organizationFeature,
            @Nullable FeatureSettings organization,
            @Nullable String clientFeature,
            @Nullable FeatureSettings client) {
        if (organization == null && client == null) {
            return NONE;
        }
        Map<Setting<?>, Sourced<?>> values = new HashMap<>();
        for (Setting<?> setting : Setting.ALL) {
            Sourced<?> value = resolve(setting, organization, client);
            if (value != null) {
                values.put(setting, value);
            }
        }
        EffectiveSettings all = new EffectiveSettings(organizationFeature, clientFeature, values);
        String model = all.get(Setting.DEFAULT_MODEL);
        if (model != null && !all.allows(model)) {
            values.remove(Setting.DEFAULT_MODEL); // inherited, and not for the narrower one
        }
        return all;
    }

    private static <T> @Nullable Sourced<T> resolve(
            Setting<T> setting, @Nullable FeatureSettings organization, @Nullable FeatureSettings client) {
        T own = organization == null ? null : organization.get(setting);
        T wide = own == null ? setting.shipped() : own;
        Source from = own == null ? Source.DEFAULT : Source.ORGANIZATION;
        T narrow = client == null ? null : client.get(setting);
        if (narrow == null) {
            return wide == null ? null : new Sourced<>(wide, from);
        }
        if (wide == null) {
            return new Sourced<>(narrow, Source.CLIENT);
        }
        T both = setting.narrowing().and().apply(wide, narrow);
        if (both.equals(narrow)) {
            return new Sourced<>(both, Source.CLIENT);
        }
        return new Sourced<>(both, both.equals(wide) ? from : Source.ORGANIZATION_AND_CLIENT);
    }

    /** The value that holds, or null where nothing does. */
    public <T> @Nullable T get(Setting<T> setting) {
        Sourced<T> value = sourced(setting);
        return value == null ? null : value.value();
    }

    /** The same with where it comes from. */
    @SuppressWarnings("unchecked") // of() puts in nothing else
    public <T> @Nullable Sourced<T> sourced(Setting<T> setting) {
        return (Sourced<T>) values.get(setting);
    }

    /** Whether a model is one of those that are allowed. */
    public boolean allows(String model) {
        ModelNames names = get(Setting.ALLOWED_MODELS);
        return names == null || names.have(model);
    }

    /** Which of the organization's rows holds, or null where it has none for the feature. */
    public @Nullable String organizationFeature() {
        return organizationFeature;
    }

    /** Which of the client's rows holds, or null where it has none for the feature. */
    public @Nullable String clientFeature() {
        return clientFeature;
    }
}
