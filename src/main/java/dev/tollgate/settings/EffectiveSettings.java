package dev.tollgate.settings;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.Preset;
import java.math.BigDecimal;
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
    private final Preset preset;

    /** A value and where it comes from. */
    public record Sourced<T>(T value, Source from) {}

    private EffectiveSettings(
            @Nullable String organizationFeature, @Nullable String clientFeature, Map<Setting<?>, Sourced<?>> values) {
        this.organizationFeature = organizationFeature;
        this.clientFeature = clientFeature;
        this.values = Map.copyOf(values);
        BigDecimal temperature = get(Setting.TEMPERATURE);
        Long outputCap = get(Setting.OUTPUT_CAP);
        this.preset = new Preset(
                get(Setting.SYSTEM_PROMPT),
                temperature == null ? null : temperature.toPlainString(),
                outputCap == null ? -1 : outputCap);
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
        Sourced<?> model = values.get(Setting.DEFAULT_MODEL);
        Sourced<?> allowed = values.get(Setting.ALLOWED_MODELS);
        if (model != null && allowed != null && !((ModelNames) allowed.value()).have(String.valueOf(model.value()))) {
            values.remove(Setting.DEFAULT_MODEL); // inherited, and not for the narrower one
        }
        return new EffectiveSettings(organizationFeature, clientFeature, values);
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

    /** What is put into requests before they are sent. */
    public Preset preset() {
        return preset;
    }

    /** The model of requests to an operation that name none, or null; only what generates text has one. */
    public @Nullable String defaultModel(Operation operation) {
        return Preset.isFor(operation) ? get(Setting.DEFAULT_MODEL) : null;
    }

    /** Fails with {@code feature_not_allowed} where the feature is switched off. */
    public void mustBeEnabled(@Nullable String feature) {
        if (Boolean.FALSE.equals(get(Setting.ENABLED))) {
            throw new Problem(
                    ProblemCode.FEATURE_NOT_ALLOWED,
                    (feature == null ? "Requests without a feature are" : "The feature " + feature + " is")
                            + " switched off for this key (expected: a feature that is on, in x-tollgate-feature).");
        }
    }

    /**
     * Fails with {@code model_not_allowed} for a model that the feature may not use.
     *
     * @param model null where the request names none
     */
    public void mustAllow(Operation operation, @Nullable String model, @Nullable String feature) {
        ModelNames names = get(Setting.ALLOWED_MODELS);
        if (names == null) {
            return;
        }
        if (operation == Operation.UNMETERED || (model == null && operation.runsModel())) {
            throw new Problem(
                    ProblemCode.MODEL_NOT_ALLOWED,
                    "This feature may use certain models only, and which ones this request would run can't be seen.");
        }
        if (model != null && !names.have(model)) {
            throw new Problem(
                    ProblemCode.MODEL_NOT_ALLOWED,
                    "The model " + model + " is not allowed for "
                            + (feature == null ? "requests without a feature" : "the feature " + feature)
                            + " (expected: within " + names + ").",
                    "model");
        }
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
