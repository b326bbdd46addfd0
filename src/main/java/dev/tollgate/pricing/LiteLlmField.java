package dev.tollgate.pricing;

import dev.tollgate.kernel.Meter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a price of LiteLLM's list is for. {@code cache_read_input_token_cost_above_272k_tokens_batches} is the price of
 * cached input in the batch tier above 272,000 input tokens.
 *
 * @param aboveInputTokens the largest input that has another price, or 0 for the ordinary price
 */
record LiteLlmField(Meter meter, ServiceTier tier, long aboveInputTokens) {
    private static final Pattern LONG_CONTEXT = Pattern.compile("(.+)_above_(\\d{1,5})k_tokens");

    private static final Map<String, ServiceTier> SUFFIXES = Map.of(
            "_batches", ServiceTier.BATCH,
            "_flex", ServiceTier.FLEX,
            "_priority", ServiceTier.PRIORITY,
            "_ultrafast", ServiceTier.ULTRAFAST);

    private static final Map<String, Meter> METERS = Map.ofEntries(
            Map.entry("input_cost_per_token", Meter.INPUT),
            Map.entry("input_cost_per_token_cache_hit", Meter.CACHED_INPUT),
            Map.entry("cache_read_input_token_cost", Meter.CACHED_INPUT),
            Map.entry("cache_creation_input_token_cost", Meter.CACHE_WRITE),
            Map.entry("cache_creation_input_token_cost_above_1hr", Meter.CACHE_WRITE_LONG),
            Map.entry("cache_creation_input_token_cost_above_12hr", Meter.CACHE_WRITE_LONG),
            Map.entry("input_cost_per_audio_token", Meter.AUDIO_INPUT),
            Map.entry("cache_read_input_audio_token_cost", Meter.CACHED_AUDIO_INPUT),
            Map.entry("input_cost_per_image_token", Meter.IMAGE_INPUT),
            Map.entry("cache_read_input_image_token_cost", Meter.CACHED_IMAGE_INPUT),
            Map.entry("output_cost_per_token", Meter.OUTPUT),
            Map.entry("output_cost_per_reasoning_token", Meter.REASONING),
            Map.entry("output_cost_per_audio_token", Meter.AUDIO_OUTPUT),
            Map.entry("output_cost_per_image_token", Meter.IMAGE_OUTPUT),
            Map.entry("input_cost_per_second", Meter.SECOND),
            Map.entry("output_cost_per_second", Meter.SECOND),
            Map.entry("input_cost_per_character", Meter.CHARACTER),
            Map.entry("input_cost_per_image", Meter.IMAGE),
            Map.entry("output_cost_per_image", Meter.IMAGE),
            Map.entry("search_context_cost_per_query", Meter.WEB_SEARCH),
            Map.entry("code_interpreter_cost_per_session", Meter.CODE_SESSION));

    /** What a field is for, or null where it is no price that Tollgate knows. */
    static @Nullable LiteLlmField of(String name) {
        String field = name.toLowerCase(Locale.ROOT);
        ServiceTier tier = ServiceTier.STANDARD;
        for (Map.Entry<String, ServiceTier> suffix : SUFFIXES.entrySet()) {
            if (field.endsWith(suffix.getKey())) {
                tier = suffix.getValue();
                field = field.substring(0, field.length() - suffix.getKey().length());
            }
        }
        long above = 0;
        Matcher longContext = LONG_CONTEXT.matcher(field);
        if (longContext.matches()) {
            field = longContext.group(1);
            above = Long.parseLong(longContext.group(2)) * 1_000;
        }
        Meter meter = METERS.get(field);
        return meter == null ? null : new LiteLlmField(meter, tier, above);
    }

    /** Whether the name is that of some price, known or not. */
    static boolean isPrice(String name) {
        return name.contains("cost") || name.equals("tiered_pricing");
    }
}
