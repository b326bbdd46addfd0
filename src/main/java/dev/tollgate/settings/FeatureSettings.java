package dev.tollgate.settings;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an organization or a client has set for a feature. What it has not set it inherits. Immutable. */
public final class FeatureSettings {
    /** Nothing is set. */
    public static final FeatureSettings NONE = new FeatureSettings(Map.of());

    private final Map<Setting<?>, Object> values;

    private FeatureSettings(Map<Setting<?>, Object> values) {
        this.values = Map.copyOf(values);
    }

    /** The value, or null where it is not set. */
    @SuppressWarnings("unchecked") // with() puts in nothing else
    public <T> @Nullable T get(Setting<T> setting) {
        return (T) values.get(setting);
    }

    public boolean has(Setting<?> setting) {
        return values.containsKey(setting);
    }

    /** The same with another value; fails with {@code invalid_value} where the setting may not have that one. */
    public <T> FeatureSettings with(Setting<T> setting, T value) {
        Map<Setting<?>, Object> changed = new HashMap<>(values);
        changed.put(setting, setting.checked(value));
        return new FeatureSettings(changed);
    }

    /** The same with the setting inherited. */
    public FeatureSettings without(Setting<?> setting) {
        Map<Setting<?>, Object> changed = new HashMap<>(values);
        changed.remove(setting);
        return new FeatureSettings(changed);
    }

    /**
     * The same with what a merge patch (RFC 7396) says of one setting.
     *
     * @param given null where it was left out, empty where it was given as null
     */
    public <T> FeatureSettings patched(Setting<T> setting, @Nullable Optional<T> given) {
        if (given == null) {
            return this;
        }
        return given.map(value -> with(setting, value)).orElseGet(() -> without(setting));
    }

    /** As it is stored and kept in the audit log: only what is set. */
    public JsonObject toJson() {
        JsonObject json = new JsonObject();
        Setting.ALL.forEach(setting -> write(setting, json));
        return json;
    }

    private <T> void write(Setting<T> setting, JsonObject json) {
        T value = get(setting);
        if (value != null) {
            json.put(setting.label(), setting.write(value));
        }
    }

    /** What {@link #toJson} wrote. A setting that this version does not know is not there. */
    public static FeatureSettings of(JsonObject json) {
        Map<Setting<?>, Object> values = new HashMap<>();
        for (Setting<?> setting : Setting.ALL) {
            Object value = json.getValue(setting.label());
            if (value != null) {
                values.put(setting, setting.read(value));
            }
        }
        return new FeatureSettings(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FeatureSettings settings && values.equals(settings.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return toJson().encode();
    }
}
