package dev.tollgate.admin.settings;

import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.settings.CachePreferences;
import dev.tollgate.settings.CachePreferences.Requests;
import dev.tollgate.settings.CachePreferences.Reuse;
import dev.tollgate.settings.CachePreferences.Sharing;
import dev.tollgate.settings.FeatureSettings;
import dev.tollgate.settings.ModelNames;
import dev.tollgate.settings.RoutingPreferences;
import dev.tollgate.settings.RoutingPreferences.Prefer;
import dev.tollgate.settings.Setting;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Settings of a feature. What is null is inherited; in a change, what is left out stays as it is. */
@Schema(example = """
        {"enabled": true, "requests_per_minute": 60, "requests_per_day": 1000, "cost_per_day": "50", "priority": 1,
         "allowed_models": ["gpt-5*", "gpt-4o-mini"], "default_model": "gpt-4o-mini",
         "system_prompt": "Answer in the language of the question.", "temperature": 0.2, "output_cap": 2000,
         "cache": {"reuse": "exact"}, "routing": {"prefer": "price"}, "metadata": {"team": "search"}}
        """)
public record SettingValues(
        @Schema(description = "False refuses all requests of the feature.") @Nullable
        Optional<Boolean> enabled,

        @Schema(description = "1 to 1,000,000,000,000.") @Nullable
        Optional<Long> requestsPerMinute,

        @Schema(description = "1 to 1,000,000,000,000.") @Nullable
        Optional<Long> requestsPerDay,

        @Schema(description = "What may be charged per day, as a decimal string of dollars.") @Nullable
        Optional<Money> costPerDay,

        @Schema(description = "0 to 100. Where there is not room for all, the higher goes first.") @Nullable
        Optional<Long> priority,

        @Schema(description = "Names, or beginnings with a star at their end; an empty list allows none.") @Nullable
        Optional<List<@Nullable String>> allowedModels,

        @Schema(description = "The model of requests that name none; one of the allowed ones.") @Nullable
        Optional<String> defaultModel,

        @Schema(
                description = "Up to 32 KiB that the model is told first. A client's comes after its organization's,"
                        + " and takes nothing from it.")
        @Nullable
        Optional<String> systemPrompt,

        @Schema(description = "0 to 2, for requests that have none.") @Nullable
        Optional<BigDecimal> temperature,

        @Schema(
                description =
                        "The most output tokens of an answer: put into requests that have no cap, or a larger one.")
        @Nullable
        Optional<Long> outputCap,

        @Schema(description = "Which answers may be given again, and to whom; replaced as a whole.") @Nullable
        Optional<CacheValue> cache,

        @Schema(description = "Kept now; it has its effect when Tollgate routes.") @Nullable
        Optional<RoutingValue> routing,

        @Schema(description = "Up to 16 KiB that Tollgate does not read; replaced as a whole.") @Nullable
        Optional<Map<String, @Nullable Object>> metadata) {

    /** As they are shown. */
    static SettingValues of(FeatureSettings settings) {
        ModelNames models = settings.get(Setting.ALLOWED_MODELS);
        JsonObject metadata = settings.get(Setting.METADATA);
        return new SettingValues(
                shown(settings, Setting.ENABLED),
                shown(settings, Setting.REQUESTS_PER_MINUTE),
                shown(settings, Setting.REQUESTS_PER_DAY),
                shown(settings, Setting.COST_PER_DAY),
                shown(settings, Setting.PRIORITY),
                models == null ? Optional.empty() : Optional.of(Collections.unmodifiableList(models.patterns())),
                shown(settings, Setting.DEFAULT_MODEL),
                shown(settings, Setting.SYSTEM_PROMPT),
                shown(settings, Setting.TEMPERATURE),
                shown(settings, Setting.OUTPUT_CAP),
                shown(settings, Setting.CACHE).map(CacheValue::of),
                shown(settings, Setting.ROUTING).map(RoutingValue::of),
                metadata == null ? Optional.empty() : Optional.of(metadata.getMap()));
    }

    private static <T> Optional<T> shown(FeatureSettings settings, Setting<T> setting) {
        return Optional.ofNullable(settings.get(setting));
    }

    /** Settings with these values in place of theirs, checked. */
    FeatureSettings applyTo(FeatureSettings base) {
        return base.patched(Setting.ENABLED, enabled)
                .patched(Setting.REQUESTS_PER_MINUTE, requestsPerMinute)
                .patched(Setting.REQUESTS_PER_DAY, requestsPerDay)
                .patched(Setting.COST_PER_DAY, costPerDay)
                .patched(Setting.PRIORITY, priority)
                .patched(Setting.ALLOWED_MODELS, read(allowedModels, SettingValues::models))
                .patched(Setting.DEFAULT_MODEL, defaultModel)
                .patched(Setting.SYSTEM_PROMPT, systemPrompt)
                .patched(Setting.TEMPERATURE, temperature)
                .patched(Setting.OUTPUT_CAP, outputCap)
                .patched(Setting.CACHE, read(cache, CacheValue::read))
                .patched(Setting.ROUTING, read(routing, RoutingValue::read))
                .patched(Setting.METADATA, read(metadata, SettingValues::object));
    }

    private static <A, B> @Nullable Optional<B> read(@Nullable Optional<A> given, Function<A, B> reading) {
        return given == null ? null : given.map(reading);
    }

    private static ModelNames models(List<@Nullable String> given) {
        List<String> names = new ArrayList<>(given.size());
        for (String name : given) {
            names.add(Given.required("allowed_models", name));
        }
        return ModelNames.of(names);
    }

    private static JsonObject object(Map<String, @Nullable Object> given) {
        return new JsonObject(new LinkedHashMap<>(given));
    }

    /** Which answers may be given again, and to whom. What is null is as it is set for all. */
    @Schema(
            example =
                    "{\"reuse\": \"exact\", \"requests\": \"deterministic\", \"ttl_seconds\": 3600, \"max_bytes\": 1048576,"
                            + " \"sharing\": \"client\", \"version\": 1}")
    record CacheValue(
            @Schema(description = "`off`, `exact` or `similar`, from the narrowest on.") @Nullable
            String reuse,

            @Schema(
                    description = "`deterministic`: requests at temperature 0 or with a seed that offer no tools, and"
                            + " embeddings; `all`: whatever does not act.")
            @Nullable
            String requests,

            @Schema(description = "For how many seconds an answer may be given again; 1 to 31,536,000.") @Nullable
            Long ttlSeconds,

            @Schema(description = "The largest answer that is kept; 1 to 67,108,864 bytes.") @Nullable
            Long maxBytes,

            @Schema(description = "Who shares answers: `client`, `organization` or `pool`, from the narrowest on.")
            @Nullable
            String sharing,

            @Schema(description = "0 to 1,000,000,000. With another one, nothing is found that was kept before.")
            @Nullable
            Long version) {
        static CacheValue of(CachePreferences cache) {
            return new CacheValue(
                    cache.reuse() == null ? null : cache.reuse().label(),
                    cache.requests() == null ? null : cache.requests().label(),
                    cache.ttlSeconds(),
                    cache.bytesMax(),
                    cache.sharing() == null ? null : cache.sharing().label(),
                    cache.version());
        }

        CachePreferences read() {
            return new CachePreferences(
                    oneOrNull("cache.reuse", reuse, Reuse.values(), Reuse::label),
                    oneOrNull("cache.requests", requests, Requests.values(), Requests::label),
                    ttlSeconds,
                    maxBytes,
                    oneOrNull("cache.sharing", sharing, Sharing.values(), Sharing::label),
                    version);
        }
    }

    /** By what a model is chosen. */
    @Schema(example = "{\"prefer\": \"price\"}")
    record RoutingValue(
            @Schema(description = "`price`, `latency` or `quality`.") @Nullable
            String prefer) {
        static RoutingValue of(RoutingPreferences routing) {
            return new RoutingValue(routing.prefer().label());
        }

        RoutingPreferences read() {
            return new RoutingPreferences(one("routing.prefer", prefer, Prefer.values(), Prefer::label));
        }
    }

    private static <E> @Nullable E oneOrNull(
            String member, @Nullable String given, E[] values, Function<E, String> label) {
        return given == null ? null : one(member, given, values, label);
    }

    private static <E> E one(String member, @Nullable String given, E[] values, Function<E, String> label) {
        String wanted = Given.required(member, given);
        for (E value : values) {
            if (label.apply(value).equals(wanted)) {
                return value;
            }
        }
        throw new Problem(
                ProblemCode.INVALID_VALUE,
                member + ": expected: one of "
                        + Arrays.stream(values).map(label).collect(Collectors.joining(", ")),
                member);
    }
}
