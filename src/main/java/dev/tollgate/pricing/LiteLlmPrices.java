package dev.tollgate.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads LiteLLM's price list, a JSON object of models with prices per token as decimal numbers, into prices as a price
 * file has them. Exact: what can't be said in nanodollars per million units is skipped, never rounded.
 */
public final class LiteLlmPrices {
    /** LiteLLM's names of providers that Tollgate calls otherwise. */
    private static final Map<String, String> PROVIDERS = Map.of(
            "together_ai", "together",
            "fireworks_ai", "fireworks",
            "gemini", "google",
            "bedrock_converse", "bedrock",
            "cohere_chat", "cohere",
            "text-completion-openai", "openai");

    private static final Set<String> MODES = Set.of(
            "chat",
            "responses",
            "completion",
            "embedding",
            "audio_transcription",
            "audio_speech",
            "image_generation",
            "image_edit",
            "moderation",
            "realtime");

    /** Prices by the piece, which stand beside token prices as another way to say the same. */
    private static final Set<Meter> BY_THE_PIECE = EnumSet.of(Meter.SECOND, Meter.CHARACTER, Meter.IMAGE);

    private static final Pattern SIZED = Pattern.compile("(.*/)?(\\d+|max)-x-(\\d+|max)/.*");
    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);
    private static final int DECIMALS_MAX = 9;
    private static final int DIGITS_MAX = 10;
    private static final String EXAMPLE = "sample_spec";

    private LiteLlmPrices() {}

    /**
     * One model of the list.
     *
     * @param name as the list has it
     * @param provider as Tollgate calls it
     * @param model the name at the provider
     * @param price the model as a price file has it, or null where it was skipped
     * @param skipped why, or null where it was not
     * @param leftOut fields with prices that were not taken
     */
    public record Item(
            String name,
            String provider,
            String model,
            @Nullable ObjectNode price,
            @Nullable String skipped,
            List<String> leftOut) {}

    /** Every model of the list; it must be an object of objects. Numbers must have been read as decimals. */
    public static List<Item> read(JsonNode list) {
        List<Item> items = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        JsonPlace.body(list).forEach((name, place) -> {
            if (name.equals(EXAMPLE)) {
                return;
            }
            Item item = read(name, place.node());
            String other = item.price == null ? null : names.putIfAbsent(item.provider + "/" + item.model, name);
            items.add(other == null ? item : skipped(item, other + " is the same model"));
        });
        return items;
    }

    private static Item read(String name, JsonNode entry) {
        String itsProvider = entry.path("litellm_provider").asText("");
        String provider = PROVIDERS.getOrDefault(itsProvider, itsProvider);
        String model = name.startsWith(itsProvider + "/") ? name.substring(itsProvider.length() + 1) : name;
        Item item = new Item(name, provider, model, null, null, List.of());
        String mode = entry.path("mode").asText("chat");
        if (provider.isEmpty()) {
            return skipped(item, "it names no provider");
        }
        if (!MODES.contains(mode)) {
            return skipped(item, "its mode is " + mode);
        }
        if (SIZED.matcher(name).matches()) {
            return skipped(item, "its price is that of a size");
        }
        if (entry.has("tiered_pricing")) {
            return skipped(item, "it has more than one step by the length of the input");
        }
        return new Reading(entry).item(item);
    }

    private static Item skipped(Item item, String why) {
        return new Item(item.name, item.provider, item.model, null, why, item.leftOut);
    }

    /** Of one entry: prices by place, in the form of a price file. */
    private static final class Reading {
        private final JsonNode entry;
        private final Map<LiteLlmField, BigDecimal> prices = new HashMap<>();
        private final Set<String> leftOut = new TreeSet<>();
        private final Set<Long> steps = new TreeSet<>();
        private @Nullable String skipped;

        Reading(JsonNode entry) {
            this.entry = entry;
        }

        Item item(Item item) {
            entry.properties().forEach(field -> take(field.getKey(), field.getValue()));
            if (prices.keySet().stream()
                    .anyMatch(field -> field.meter() == Meter.INPUT || field.meter() == Meter.OUTPUT)) {
                prices.keySet().removeIf(field -> BY_THE_PIECE.contains(field.meter()));
            }
            steps.clear();
            prices.keySet().stream()
                    .map(LiteLlmField::aboveInputTokens)
                    .filter(above -> above > 0)
                    .forEach(steps::add);
            if (skipped == null && prices.keySet().stream().noneMatch(Reading::isBase)) {
                skipped = "it has no price that Tollgate can take";
            }
            if (skipped == null && steps.size() > 1) {
                skipped = "it has more than one step by the length of the input: " + steps;
            }
            if (skipped == null && prices.values().stream().allMatch(price -> price.signum() == 0)) {
                skipped = "all its prices are zero, which may mean free or unknown";
            }
            List<String> left = List.copyOf(leftOut);
            return new Item(
                    item.name, item.provider, item.model, skipped == null ? price(item.model) : null, skipped, left);
        }

        private static boolean isBase(LiteLlmField field) {
            return field.tier() == ServiceTier.STANDARD && field.aboveInputTokens() == 0;
        }

        private void take(String name, JsonNode value) {
            if (!LiteLlmField.isPrice(name) || value.isNull()) {
                return;
            }
            LiteLlmField field = LiteLlmField.of(name);
            BigDecimal price = number(value);
            if (field == null || price == null) {
                if (price == null || price.signum() != 0) {
                    leftOut.add(name);
                }
                return;
            }
            if (field.meter() == Meter.OUTPUT && price.signum() == 0 && hasNoOutput()) {
                return;
            }
            BigDecimal perMillion = perMillion(price);
            if (perMillion == null) {
                skipped = name + ": " + value + " is not a whole number of nanodollars per million units";
                return;
            }
            prices.merge(field, perMillion, BigDecimal::max); // two names of one price: the dearer one
        }

        /** Of an embedding nothing comes out, which the list says by a price of zero. */
        private boolean hasNoOutput() {
            return entry.path("mode").asText("").equals("embedding");
        }

        /** A number, or the dearest of an object of numbers, as searches have them by the size of their context. */
        private static @Nullable BigDecimal number(JsonNode value) {
            if (value.isNumber()) {
                return value.decimalValue();
            }
            BigDecimal dearest = null;
            for (JsonNode each : value.isObject() ? value : JsonNodeFactory.instance.objectNode()) {
                if (!each.isNumber()) {
                    return null;
                }
                dearest = dearest == null ? each.decimalValue() : dearest.max(each.decimalValue());
            }
            return dearest;
        }

        /** Dollars per million, or null where nanodollars can't say it. */
        private static @Nullable BigDecimal perMillion(BigDecimal price) {
            if (price.signum() == 0) {
                return BigDecimal.ZERO;
            }
            int integerDigits = price.precision() - price.scale() + 6;
            if (price.signum() < 0 || integerDigits > DIGITS_MAX || integerDigits < -DECIMALS_MAX) {
                return null;
            }
            BigDecimal exact = price.multiply(MILLION).stripTrailingZeros();
            return exact.scale() > DECIMALS_MAX ? null : exact;
        }

        private ObjectNode price(String model) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("model", model);
            bound(json, "max_input", "max_input_tokens");
            bound(json, "max_output", "max_output_tokens");
            json.put("unverified", true);
            tiers(json, 0);
            for (long above : steps) {
                ObjectNode longContext = json.putObject("long_context").put("above_input_tokens", above);
                tiers(longContext, above);
                if (!longContext.has(ServiceTier.STANDARD.label())) {
                    // a tier alone has a step; the standard prices go on above it
                    longContext.set(ServiceTier.STANDARD.label(), json.get(ServiceTier.STANDARD.label()));
                }
            }
            return json;
        }

        private void tiers(ObjectNode json, long above) {
            for (ServiceTier tier : ServiceTier.values()) {
                ObjectNode meters = JsonNodeFactory.instance.objectNode();
                for (Meter meter : Meter.values()) {
                    BigDecimal price = prices.get(new LiteLlmField(meter, tier, above));
                    if (price != null) {
                        meters.put(meter.label(), price.toPlainString());
                    }
                }
                if (!meters.isEmpty()) {
                    json.set(tier.label(), meters);
                }
            }
        }

        private void bound(ObjectNode json, String name, String itsName) {
            JsonNode bound = entry.path(itsName);
            if (bound.isIntegralNumber() && bound.canConvertToLong() && bound.longValue() >= 1) {
                json.put(name, bound.longValue());
            }
        }
    }
}
