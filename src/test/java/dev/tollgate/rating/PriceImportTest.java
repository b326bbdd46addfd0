package dev.tollgate.rating;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.kernel.Meter;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.ModelPriceReader;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceTable.Difference;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.rating.PriceImport.Fate;
import dev.tollgate.rating.PriceImport.Line;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceImportTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final PricesInForce prices = new PricesInForce();

    PriceImportTest() {
        prices.begin(PriceBook.builtIn(), List.of());
    }

    @Test
    void prices_per_token_become_prices_per_million_to_the_last_digit() {
        ModelPrice price = price(line("house/large"));

        assertThat(nanos(price, ServiceTier.STANDARD, 1, Meter.INPUT)).isEqualTo(1_250_000_000L);
        assertThat(nanos(price, ServiceTier.STANDARD, 1, Meter.OUTPUT)).isEqualTo(10_000_000_000L);
        assertThat(nanos(price, ServiceTier.STANDARD, 1, Meter.CACHED_INPUT)).isEqualTo(125_000_000L);
        assertThat(nanos(price, ServiceTier.STANDARD, 1, Meter.CACHE_WRITE)).isEqualTo(1_562_500_000L);
        assertThat(nanos(price, ServiceTier.STANDARD, 1, Meter.CACHE_WRITE_LONG))
                .isEqualTo(2_500_000_000L);
        assertThat(nanos(price, ServiceTier.FLEX, 1, Meter.INPUT)).isEqualTo(625_000_000L);
        assertThat(nanos(price, ServiceTier.PRIORITY, 1, Meter.OUTPUT)).isEqualTo(20_000_000_000L);
        assertThat(nanos(price, ServiceTier.STANDARD, 200_000, Meter.INPUT)).isEqualTo(1_250_000_000L);
        assertThat(nanos(price, ServiceTier.STANDARD, 200_001, Meter.INPUT)).isEqualTo(2_500_000_000L);
        assertThat(nanos(price, ServiceTier.PRIORITY, 200_001, Meter.INPUT)).isEqualTo(5_000_000_000L);
        assertThat(price.maxInputTokens()).hasValue(1_000_000);
        assertThat(price.maxOutputTokens()).hasValue(32_000);
        assertThat(price.verified()).isNull();
    }

    @Test
    void of_searches_by_size_the_dearest_is_taken_and_a_price_without_a_place_is_named() {
        Line line = line("house/large");

        assertThat(nanos(price(line), ServiceTier.STANDARD, 1, Meter.WEB_SEARCH))
                .isEqualTo(50_000_000_000_000L);
        assertThat(line.leftOut()).containsExactly("google_maps_grounding_cost_per_query");
    }

    @Test
    void what_is_billed_by_the_piece_has_its_meter() {
        assertThat(nanos(price(line("house/ear")), ServiceTier.STANDARD, 0, Meter.SECOND))
                .isEqualTo(100_000_000_000L);
        assertThat(nanos(price(line("house/voice")), ServiceTier.STANDARD, 0, Meter.CHARACTER))
                .isEqualTo(15_000_000_000L);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "house/third, not a whole number of nanodollars",
        "house/gift, all its prices are zero",
        "house/film, its mode is video_generation",
        "high/1024-x-1024/gpt-image-1, that of a size",
        "house/stairs, more than one step",
        "elsewhere/large, not among the providers"
    })
    void what_can_not_be_taken_exactly_is_skipped_and_says_why(String name, String why) {
        Line line = line(name);

        assertThat(line.fate()).isEqualTo(Fate.SKIPPED);
        assertThat(line.why()).contains(why);
        assertThat(line.price()).isNull();
    }

    @Test
    void an_embedding_has_no_output_to_be_free() {
        assertThat(price(line("house/embed")).rates(ServiceTier.STANDARD, 0).price(Meter.OUTPUT))
                .isEmpty();
    }

    @Test
    void a_price_that_is_in_force_already_is_unchanged() {
        assertThat(line("gpt-4o-mini").fate()).isEqualTo(Fate.UNCHANGED);
    }

    @Test
    void a_price_that_differs_says_where_and_keeps_what_the_list_does_not_mention() throws IOException {
        JsonNode dearer = JSON.readTree("""
                {"gpt-4o-mini": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2e-07,
                 "output_cost_per_token": 6e-07, "cache_read_input_token_cost": 7.5e-08,
                 "input_cost_per_token_batches": 7.5e-08, "output_cost_per_token_batches": 3e-07}}""");

        Line line = plan(dearer).lines().getFirst();

        assertThat(line.fate()).isEqualTo(Fate.CHANGED);
        assertThat(line.differences()).containsEntry("standard.input", new Difference("0.15", "0.2"));
        assertThat(line.differences()) // what follows the input's price is not told again
                .doesNotContainKeys(
                        "standard.output", "standard.web_search", "max_output", "flex.input", "standard.cache_write");
        assertThat(nanos(price(line), ServiceTier.STANDARD, 0, Meter.WEB_SEARCH))
                .isEqualTo(nanos(
                        requireNonNull(prices.book().find("openai", "gpt-4o-mini")),
                        ServiceTier.STANDARD,
                        0,
                        Meter.WEB_SEARCH));
    }

    @Test
    void additions_are_the_added_and_the_changed() {
        PriceImport plan = plan(excerpt());

        assertThat(plan.additions()).extracting(NewPrice::model).containsExactly("large", "ear", "voice", "embed");
        assertThat(plan.additions()).allMatch(price -> price.effectiveFrom().equals(NOW));
    }

    @Test
    void numbers_of_absurd_size_are_skipped_and_not_worked_out() throws IOException {
        JsonNode absurd = JSON.readTree("""
                {"a": {"litellm_provider": "house", "input_cost_per_token": 1e999999999},
                 "b": {"litellm_provider": "house", "input_cost_per_token": 1e-999999999},
                 "c": {"litellm_provider": "house", "input_cost_per_token": -1e-6}}""");

        assertThat(plan(absurd).lines()).allMatch(line -> line.fate() == Fate.SKIPPED);
    }

    @Test
    void what_is_no_list_of_models_is_refused() {
        assertThatThrownBy(() -> plan(JSON.createArrayNode())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void another_name_of_a_model_that_changes_keeps_its_price_where_the_list_prices_it_apart() throws IOException {
        String same = """
                "litellm_provider": "openai", "mode": "chat", "max_input_tokens": 128000, "max_output_tokens": 16384,
                "output_cost_per_token": 6e-07, "cache_read_input_token_cost": 7.5e-08,
                "input_cost_per_token_batches": 7.5e-08, "output_cost_per_token_batches": 3e-07,
                "input_cost_per_token_priority": 2.5e-07, "output_cost_per_token_priority": 1e-06,
                "cache_read_input_token_cost_priority": 1.25e-07""";
        JsonNode list = JSON.readTree("{\"gpt-4o-mini\": {\"input_cost_per_token\": 2e-07, " + same
                + "}, \"gpt-4o-mini-2024-07-18\": {\"input_cost_per_token\": 1.5e-07, " + same + "}}");

        List<Line> lines = plan(list).lines();

        assertThat(lines).extracting(Line::fate).containsExactly(Fate.CHANGED, Fate.ADDED);
        assertThat(lines.getLast().why()).contains("another name of gpt-4o-mini");
        assertThat(plan(list).additions())
                .extracting(NewPrice::model)
                .containsExactly("gpt-4o-mini", "gpt-4o-mini-2024-07-18");
    }

    private Line line(String name) {
        return plan(excerpt()).lines().stream()
                .filter(line -> line.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    private PriceImport plan(JsonNode list) {
        return PriceImport.ofLiteLlm(list, Set.of("openai", "house"), prices, NOW);
    }

    private static ModelPrice price(Line line) {
        NewPrice price = requireNonNull(line.price(), line.toString());
        try {
            return ModelPriceReader.read("price", price.provider(), "new", JSON.readTree(price.price()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long nanos(ModelPrice price, ServiceTier tier, long inputTokens, Meter meter) {
        return price.rates(tier, inputTokens).price(meter).orElseThrow();
    }

    private static JsonNode excerpt() {
        try (InputStream in = PriceImportTest.class.getResourceAsStream("/prices/litellm-excerpt.json")) {
            return JSON.readTree(requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
