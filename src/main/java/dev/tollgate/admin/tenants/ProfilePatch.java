package dev.tollgate.admin.tenants;

import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.Profile;
import dev.tollgate.tenancy.ProfileRules;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a request says of a profile, as a merge patch (RFC 7396): a component that is null was left out, an empty one was
 * given as null. In {@code tags} and {@code metadata} a member that is null is taken out, and one that is left out stays.
 */
record ProfilePatch(
        @Nullable Optional<String> name,
        @Nullable Optional<String> owner,
        @Nullable Optional<Map<String, @Nullable String>> tags,
        @Nullable Optional<Map<String, @Nullable Object>> metadata,
        @Nullable Optional<Boolean> enabled,
        @Nullable Optional<Instant> expiresAt,
        @Nullable Optional<List<@Nullable String>> allowedModels) {
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

    /** The profile of something new. */
    Profile create(Instant now) {
        Given.required("name", name);
        return applyTo(new Profile("", null, Map.of(), new JsonObject(), true, null, null), now);
    }

    /** The profile with what was given in place of what it was, checked. */
    Profile applyTo(Profile base, Instant now) {
        return ProfileRules.checked(new Profile(
                name == null ? base.name() : present("name", name),
                owner == null ? base.owner() : owner.orElse(null),
                tags == null ? base.tags() : tags(base.tags(), tags.orElse(null)),
                metadata == null
                        ? base.metadata()
                        : new JsonObject(merged(base.metadata().getMap(), metadata.orElse(null))),
                enabled == null ? base.enabled() : present("enabled", enabled),
                expiresAt == null ? base.expiresAt() : toCome(expiresAt.orElse(null), now),
                allowedModels == null ? base.allowedModels() : models(allowedModels.orElse(null))));
    }

    private static <T> T present(String member, Optional<T> given) {
        return given.orElseThrow(() ->
                new Problem(ProblemCode.INVALID_VALUE, member + ": null (expected: a value, or left out)", member));
    }

    private static @Nullable Instant toCome(@Nullable Instant instant, Instant now) {
        if (instant != null && (!instant.isAfter(now) || !instant.isBefore(YEAR_10000))) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "expires_at: " + instant + " (expected: a time to come, before the year 10000, or null)",
                    "expires_at");
        }
        return instant;
    }

    private static Map<String, String> tags(Map<String, String> base, @Nullable Map<String, @Nullable String> given) {
        if (given == null) {
            return Map.of();
        }
        Map<String, String> tags = new TreeMap<>(base);
        given.forEach((key, value) -> {
            if (value == null) {
                tags.remove(key);
            } else {
                tags.put(key, value);
            }
        });
        return Collections.unmodifiableMap(tags);
    }

    private static Map<String, Object> merged(Map<?, ?> base, @Nullable Map<?, ?> given) {
        Map<String, Object> merged = new LinkedHashMap<>();
        if (given == null) {
            return merged;
        }
        base.forEach((name, value) -> merged.put(String.valueOf(name), value));
        given.forEach((name, value) -> {
            String member = String.valueOf(name);
            switch (value) {
                case null -> merged.remove(member);
                case Map<?, ?> object ->
                    merged.put(member, merged(merged.get(member) instanceof Map<?, ?> was ? was : Map.of(), object));
                default -> merged.put(member, value);
            }
        });
        return merged;
    }

    private static @Nullable List<String> models(@Nullable List<@Nullable String> given) {
        if (given == null) {
            return null;
        }
        return given.stream()
                .map(model -> present("allowed_models", Optional.ofNullable(model)))
                .toList();
    }
}
