package dev.tollgate.bounds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.openai.Operation;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** No bill that a provider may write within its own limits is above the bound, and a fitted cap is exact. */
class BillsTest {
    private static final JsonMapper PLAIN = new JsonMapper();
    private static final JsonMapper ESCAPED =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
    private static final int TOKENS_PER_MESSAGE = 4;
    private static final int TOKENS_PER_IMAGE = 85 + 8 * 170;
    private static final List<String> TIERS = List.of("", "auto", "default", "flex", "batch", "priority", "warp");
    private static final List<Meter> TEXT =
            List.of(Meter.INPUT, Meter.CACHED_INPUT, Meter.CACHE_WRITE, Meter.CACHE_WRITE_LONG);
    private static final List<Meter> IMAGES = List.of(Meter.IMAGE_INPUT, Meter.CACHED_IMAGE_INPUT, Meter.INPUT);

    /** A request, what its provider can count of it at most, and what it may be served as. */
    private record Case(String body, Tariff tariff, long text, long images, long output, boolean spoken, String tier) {
        Bound bound() {
            return new Bounds().of(Operation.CHAT, Asked.body(Operation.CHAT, body), "openai", "gpt-4o", tariff);
        }
    }

    @Test
    void a_bill_is_never_above_the_bound() {
        int[] exact = {0};
        Seeds.each(3_000, random -> {
            Case each = anyCase(random);
            Bound bound = each.bound();
            assertThat(bound.certainty()).isEqualTo(each.images == 0 ? Certainty.PROVEN : Certainty.MODELLED);
            for (int i = 0; i < 10; i++) {
                Usage usage = anyUsage(random, each);
                ServiceTier tier = anyTierFor(random, each.tier);
                assertThat(each.tariff.charge(usage, tier).money().nanos()).isLessThanOrEqualTo(bound.chargeNanos());
                Money cost = each.tariff.providerCost(usage, tier).money();
                assertThat(cost.nanos()).isLessThanOrEqualTo(bound.providerCostNanos());
                assertThat(usage.totalTokens()).isLessThanOrEqualTo(bound.tokens());
                // Half of what is held or more: the bound is no wild exaggeration either.
                exact[0] += cost.nanos() * 2 >= bound.providerCostNanos() ? 1 : 0;
            }
        });
        assertThat(exact[0]).isPositive();
    }

    @Test
    void a_fitted_cap_fits_and_one_token_more_does_not() {
        int[] fitted = {0};
        Seeds.each(3_000, random -> {
            Bound bound = anyCase(random).bound();
            long charge = upTo(random, bound.chargeNanos());
            long cost = upTo(random, bound.providerCostNanos());
            long tokens = upTo(random, bound.tokens());
            long cap = bound.fit(charge, cost, tokens);
            if (cap < 0) {
                assertThat(isWithin(bound.withCap(1), charge, cost, tokens)).isFalse();
            } else {
                assertThat(cap).isBetween(1L, bound.outputCap());
                assertThat(isWithin(bound.withCap(cap), charge, cost, tokens)).isTrue();
                if (cap < bound.outputCap()) {
                    fitted[0]++;
                    assertThat(isWithin(bound.withCap(cap + 1), charge, cost, tokens))
                            .isFalse();
                }
            }
        });
        assertThat(fitted[0]).isGreaterThan(100);
    }

    private static boolean isWithin(Bound bound, long charge, long cost, long tokens) {
        return bound.chargeNanos() <= charge && bound.providerCostNanos() <= cost && bound.tokens() <= tokens;
    }

    /** Up to a little more than that, or all that there is. */
    private static long upTo(Random random, long most) {
        return random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextLong(most / 4 * 5 + 10);
    }

    private static Case anyCase(Random random) {
        ObjectNode body = PLAIN.createObjectNode().put("model", "gpt-4o");
        ArrayNode messages = body.putArray("messages");
        long text = 0;
        long images = 0;
        for (int i = random.nextInt(5); i >= 0; i--) {
            String content = anyText(random);
            text += content.getBytes(UTF_8).length + "assistant".length() + TOKENS_PER_MESSAGE;
            ObjectNode message = messages.addObject().put("role", "assistant");
            if (random.nextInt(4) == 0) {
                ArrayNode parts = message.putArray("content");
                parts.addObject().put("type", "text").put("text", content);
                parts.addObject()
                        .put("type", "image_url")
                        .putObject("image_url")
                        .put("url", "data:image/png;base64," + "A".repeat(random.nextInt(2_000)));
                images += TOKENS_PER_IMAGE;
            } else {
                message.put("content", content);
            }
        }
        long window = 1L + random.nextInt(3_000);
        long maxOutput = 1L + random.nextInt(5_000);
        long cap = maxOutput;
        if (random.nextBoolean()) {
            long asked = 1L + random.nextInt(8_000);
            body.put(random.nextBoolean() ? "max_tokens" : "max_completion_tokens", asked);
            cap = Math.min(cap, asked);
        }
        long n = 1;
        if (random.nextInt(3) == 0) {
            n = 1L + random.nextInt(8);
            body.put("n", n);
        }
        String tier = TIERS.get(random.nextInt(TIERS.size()));
        if (!tier.isEmpty()) {
            body.put("service_tier", tier);
        }
        boolean spoken = random.nextInt(4) == 0;
        if (spoken) {
            body.putArray("modalities").add("text").add("audio");
        }
        Tariff tariff = Asked.tariff(anyPrice(random, window, maxOutput), anyTerms(random));
        try {
            String json = (random.nextBoolean() ? PLAIN : ESCAPED).writeValueAsString(body);
            return new Case(json, tariff, Math.min(text, window), images, n * cap, spoken, tier);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String anyText(Random random) {
        StringBuilder text = new StringBuilder();
        int[] from = {'a', '\n', 'é', 'я', '語', 0x1F600, '"', '\\', '\t', 1};
        for (int i = random.nextInt(300); i >= 0; i--) {
            text.appendCodePoint(from[random.nextInt(from.length)]);
        }
        return text.toString();
    }

    private static String anyPrice(Random random, long window, long maxOutput) {
        ObjectNode price = PLAIN.createObjectNode()
                .put("model", "gpt-4o")
                .put("max_input", window)
                .put("max_output", maxOutput);
        anyRates(random, price.putObject("standard"), /* whole= */ true);
        for (String tier : List.of("batch", "flex", "priority")) {
            if (random.nextBoolean()) {
                anyRates(random, price.putObject(tier), false);
            }
        }
        if (random.nextBoolean()) {
            ObjectNode step = price.putObject("long_context").put("above_input_tokens", 1 + random.nextInt(2_000));
            anyRates(random, step.putObject("standard"), false);
            if (random.nextBoolean()) {
                anyRates(random, step.putObject("priority"), false);
            }
        }
        return price.toString();
    }

    private static void anyRates(Random random, ObjectNode rates, boolean whole) {
        for (Meter meter : Meter.values()) {
            boolean basic = meter == Meter.INPUT || meter == Meter.OUTPUT;
            if (meter.kind() != Meter.Kind.UNIT && (basic ? whole || random.nextBoolean() : random.nextInt(4) == 0)) {
                rates.put(meter.label(), new Money(random.nextLong(100_000_000_000L)).toDollars());
            }
        }
        if (rates.isEmpty()) {
            rates.put("input", "1");
        }
    }

    private static String anyTerms(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> "{\"markup_percent\": \"" + random.nextInt(100) + "." + random.nextInt(1_000) + "\"}";
            case 1 -> "{\"discount_percent\": \"" + random.nextInt(100) + "\"}";
            default -> "{}";
        };
    }

    /** Any usage within the limits, often one that goes to them. */
    private static Usage anyUsage(Random random, Case each) {
        long[] counts = new long[Meter.COUNT];
        spread(random, counts, each.text, TEXT);
        spread(random, counts, each.images, IMAGES);
        List<Meter> out = new ArrayList<>(List.of(Meter.OUTPUT, Meter.REASONING, Meter.IMAGE_OUTPUT));
        if (each.spoken) {
            out.add(Meter.AUDIO_OUTPUT);
        }
        spread(random, counts, each.output, out);
        Usage.Builder usage = Usage.builder();
        for (Meter meter : Meter.values()) {
            usage.set(meter, counts[meter.ordinal()]);
        }
        return usage.build();
    }

    private static void spread(Random random, long[] counts, long most, List<Meter> meters) {
        long left = random.nextBoolean() ? most : random.nextLong(most + 1);
        while (left > 0) {
            long some = random.nextBoolean() ? left : random.nextLong(left + 1);
            counts[meters.get(random.nextInt(meters.size())).ordinal()] += some;
            left -= some;
        }
    }

    private static ServiceTier anyTierFor(Random random, String asked) {
        List<ServiceTier> may = switch (asked) {
            case "auto", "warp" -> List.of(ServiceTier.values());
            case "" -> List.of(ServiceTier.STANDARD);
            default -> List.of(ServiceTier.STANDARD, ServiceTier.ofWire(asked));
        };
        return may.get(random.nextInt(may.size()));
    }
}
