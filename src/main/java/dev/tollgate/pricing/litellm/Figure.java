package dev.tollgate.pricing.litellm;

import dev.tollgate.kernel.Meter;
import dev.tollgate.pricing.ServiceTier;
import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the prices that a model has.
 *
 * @param aboveInputTokens the long-context step that it holds above, or 0
 */
record Figure(Meter meter, ServiceTier tier, long aboveInputTokens) implements Comparable<Figure> {
    private static final Comparator<Figure> ORDER = Comparator.comparing(Figure::aboveInputTokens)
            .thenComparing(Figure::tier)
            .thenComparing(Figure::meter);

    private static final Pattern STEP = Pattern.compile("_above_(\\d{1,6})k_tokens");
    private static final Map<String, Meter> METERS = Map.ofEntries(
            Map.entry("input_cost_per_token", Meter.INPUT),
            Map.entry("cache_read_input_token_cost", Meter.CACHED_INPUT),
            Map.entry("cache_creation_input_token_cost", Meter.CACHE_WRITE),
            Map.entry("cache_creation_input_token_cost_above_1hr", Meter.CACHE_WRITE_LONG),
            Map.entry("cache_creation_input_token_cost_above_12hr", Meter.CACHE_WRITE_LONG),
            Map.entry("input_cost_per_audio_token", Meter.AUDIO_INPUT),
            Map.entry("cache_read_input_audio_token_cost", Meter.CACHED_AUDIO_INPUT),
            Map.entry("input_cost_per_image_token", Meter.IMAGE_INPUT),
            Map.entry("cache_read_input_image_token_cost", Meter.CACHED_IMAGE_INPUT),
            Map.entry("input_cost_per_video_token", Meter.VIDEO_INPUT),
            Map.entry("output_cost_per_token", Meter.OUTPUT),
            Map.entry("output_cost_per_reasoning_token", Meter.REASONING),
            Map.entry("output_cost_per_audio_token", Meter.AUDIO_OUTPUT),
            Map.entry("output_cost_per_image_token", Meter.IMAGE_OUTPUT),
            Map.entry("input_cost_per_second", Meter.SECOND),
            Map.entry("input_cost_per_character", Meter.CHARACTER),
            Map.entry("ocr_cost_per_page", Meter.PAGE),
            Map.entry("input_cost_per_query", Meter.SEARCH_UNIT));

    private static final Map<String, ServiceTier> TIERS = Map.of(
            "_batches", ServiceTier.BATCH,
            "_flex", ServiceTier.FLEX,
            "_priority", ServiceTier.PRIORITY,
            "_ultrafast", ServiceTier.ULTRAFAST);

    /** The figure of a member of LiteLLM's list, or null where the member is none that is compared. */
    static @Nullable Figure ofMember(String member) {
        String rest = member;
        ServiceTier tier = ServiceTier.STANDARD;
        for (Map.Entry<String, ServiceTier> ending : TIERS.entrySet()) {
            if (rest.endsWith(ending.getKey())) {
                rest = rest.substring(0, rest.length() - ending.getKey().length());
                tier = ending.getValue();
            }
        }
        Matcher step = STEP.matcher(rest);
        long above = step.find() ? 1_000 * Long.parseLong(step.group(1)) : 0;
        Meter meter = METERS.get(step.replaceFirst(""));
        return meter == null ? null : new Figure(meter, tier, above);
    }

    /** For example {@code batch output above 200000}. */
    String label() {
        return (tier == ServiceTier.STANDARD ? "" : tier.label() + " ")
                + meter.label()
                + (aboveInputTokens == 0 ? "" : " above " + aboveInputTokens);
    }

    @Override
    public int compareTo(Figure other) {
        return ORDER.compare(this, other);
    }
}
