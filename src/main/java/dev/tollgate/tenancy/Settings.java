package dev.tollgate.tenancy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an organization, a client or a key says about the requests beneath it.
 *
 * @param expiresAt from when on it is good for nothing, or null
 */
public record Settings(boolean enabled, @Nullable Instant expiresAt, AllowedModels models, Map<String, String> tags) {
    /** No restriction. */
    public static final Settings OPEN = new Settings(true, null, AllowedModels.ALL, Map.of());

    public Settings {
        tags = Map.copyOf(tags);
    }

    /** These settings together with narrower ones, which add restrictions and tags but lift none. */
    public Settings and(Settings narrower) {
        if (equals(OPEN)) {
            return narrower;
        }
        if (narrower.equals(OPEN)) {
            return this;
        }
        return new Settings(
                enabled && narrower.enabled,
                earlier(expiresAt, narrower.expiresAt),
                models.and(narrower.models),
                merged(tags, narrower.tags));
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    private static Map<String, String> merged(Map<String, String> wide, Map<String, String> narrow) {
        if (wide.isEmpty() || narrow.isEmpty()) {
            return wide.isEmpty() ? narrow : wide;
        }
        Map<String, String> merged = new HashMap<>(wide);
        merged.putAll(narrow);
        return merged;
    }
}
