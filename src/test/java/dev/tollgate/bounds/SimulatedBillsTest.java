package dev.tollgate.bounds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestReader;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the simulated provider really bills for generated requests, against the bound and against a capped one. */
class SimulatedBillsTest {
    private static final List<String> MODELS = List.of("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-5", "o3-mini");
    private static final String IMAGE =
            "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}";
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\","
            + "\"description\":\"Says what the weather is.\",\"parameters\":{\"type\":\"object\",\"properties\":"
            + "{\"city\":{\"type\":\"string\",\"description\":\"The city\"}},\"required\":[\"city\"]}}}]";

    private static final String SEARCH = "{\"type\":\"web_search\"}";

    private final PricesInForce prices = new PricesInForce();
    private final Bounds bounds = new Bounds();
    private final TestProvider provider = TestProvider.get();
    private final ApiClient api = provider.api();
    private int asked;

    SimulatedBillsTest() {
        prices.begin(PriceBook.builtIn(), List.of());
    }

    @Test
    void stay_below_the_bound() {
        Seeds.each(150, random -> {
            String model = MODELS.get(random.nextInt(MODELS.size()));
            switch (random.nextInt(4)) {
                case 0 -> check(random, Operation.RESPONSE, "/v1/responses", model, response(random, model));
                case 1 ->
                    check(
                            random,
                            Operation.COMPLETION,
                            "/v1/completions",
                            "gpt-3.5-turbo-instruct",
                            completion(random));
                default -> check(random, Operation.CHAT, "/v1/chat/completions", model, chat(random, model));
            }
        });
    }

    private void check(Random random, Operation operation, String path, String model, String json) {
        Tariff tariff =
                prices.tariff("org_a", "openai", requireNonNull(prices.find("org_a", "openai", model, 1)), model, 1);
        byte[] bytes = json.getBytes(UTF_8);
        RequestBody body = RequestReader.read(operation, bytes, 0, bytes.length, null);
        Bound bound = bounds.of(operation, body, "openai", model, tariff);
        assertThat(bound.certainty()).isNotEqualTo(Certainty.UNBOUNDED);
        assertBilled(path, json, tariff, bound);

        Bound counted = bounds.counted(operation, body, "openai", model, tariff);
        assertThat(counted.chargeNanos()).isLessThanOrEqualTo(bound.chargeNanos());

        long least = bound.withCap(1).chargeNanos();
        long room = least + random.nextLong(bound.chargeNanos() - least + 1);
        Bound capped = bound.withCap(bound.fit(room, Long.MAX_VALUE, Long.MAX_VALUE));
        assertThat(capped.chargeNanos()).isLessThanOrEqualTo(room);
        RequestBody.OutputCap cap = new RequestBody.OutputCap(
                capped.outputCap(), requireNonNull(capped.output().member()));
        assertBilled(path, new String(body.forward(null, false, cap).toBytes(), UTF_8), tariff, capped);
    }

    private void assertBilled(String path, String json, Tariff tariff, Bound bound) {
        String tag = "bounds-" + asked++;
        assertThat(api.post(path, json, "x-simulate-tag", tag, "x-simulate-tool-calls", "10")
                        .status())
                .isEqualTo(200);
        Usage billed = provider.billed(tag);
        assertThat(billed.inputTokens()).isPositive().isLessThanOrEqualTo(bound.inputTokens());
        assertThat(billed.outputTokens()).isLessThanOrEqualTo(bound.output().tokens());
        assertThat(tariff.charge(billed, ServiceTier.STANDARD).money().nanos())
                .isPositive()
                .isLessThanOrEqualTo(bound.chargeNanos());
    }

    private static String chat(Random random, String model) {
        StringBuilder body = new StringBuilder("{\"model\":\"" + model + "\",\"messages\":[");
        for (int i = random.nextInt(3); i >= 0; i--) {
            boolean image = random.nextInt(4) == 0;
            String text = "\"" + "Grüße, 語 and all that. ".repeat(random.nextInt(20)) + "\"";
            body.append("{\"role\":\"user\",\"content\":")
                    .append(image ? "[" + IMAGE + ",{\"type\":\"text\",\"text\":" + text + "}]" : text)
                    .append(i == 0 ? "}]" : "},");
        }
        return body.append(random.nextInt(3) == 0 ? "," + TOOLS : "")
                .append(random.nextInt(3) == 0 ? ",\"n\":" + (1 + random.nextInt(4)) : "")
                .append(random.nextInt(2) == 0 ? ",\"max_completion_tokens\":" + (1 + random.nextInt(300)) : "")
                .append('}')
                .toString();
    }

    private static String response(Random random, String model) {
        return "{\"model\":\"" + model + "\",\"input\":\"" + "Tell me more. ".repeat(1 + random.nextInt(50)) + "\""
                + (random.nextBoolean() ? ",\"max_output_tokens\":" + (1 + random.nextInt(300)) : "")
                + (random.nextBoolean() ? ",\"instructions\":\"Be brief.\"" : "")
                + (random.nextInt(3) == 0
                        ? ",\"tools\":[" + SEARCH + "],\"max_tool_calls\":" + (1 + random.nextInt(5))
                        : "")
                + "}";
    }

    private static String completion(Random random) {
        return "{\"model\":\"gpt-3.5-turbo-instruct\",\"prompt\":[\"Once upon a time\",\"In the beginning\"],\"n\":"
                + (1 + random.nextInt(3)) + ",\"max_tokens\":" + (1 + random.nextInt(50)) + "}";
    }
}
