package dev.tollgate.rating;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.ModelPriceReader;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceVersion;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.PricesInForce.DatedTerms;
import dev.tollgate.pricing.TermsReader;
import dev.tollgate.rating.Quotes.Candidate;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotesTest {
    private static final long AT = 1_000;

    private final PricesInForce prices = new PricesInForce();
    private final Quotes quotes = new Quotes(prices);

    QuotesTest() {
        prices.begin(PriceBook.empty(), List.of());
        prices.replaceVersions(List.of(
                version("acme", """
                        {"model": "large", "max_input": 5000, "max_output": 100,
                         "standard": {"input": "1", "cache_write": "1.25", "output": "10"},
                         "priority": {"input": "2", "output": "20"}}"""),
                version("acme", "{\"model\": \"open\", \"standard\": {\"input\": \"1\", \"output\": \"1\"}}"),
                version("other", "{\"model\": \"large\", \"standard\": {\"input\": \"3\", \"output\": \"3\"}}")));
        prices.replaceTerms(
                "org_a",
                List.of(new DatedTerms(
                        Instant.EPOCH,
                        TermsReader.read(
                                "terms@1",
                                json("{\"discount_percent\": \"50\"}").node()))));
    }

    @Test
    void counted_tokens_cost_what_they_cost_at_every_provider_that_has_the_model() {
        List<Candidate> candidates = quotes("""
                {"tokens": {"input": 1000000, "output": 100000}, "models": ["large"]}""");

        assertThat(candidates).extracting(Candidate::provider).containsExactly("acme", "other");
        assertThat(quote(candidates.getFirst()).least().charge()).isEqualTo(Money.dollars("2"));
        assertThat(quote(candidates.getFirst()).most())
                .isEqualTo(quote(candidates.getFirst()).least());
        assertThat(quote(candidates.getLast()).least().charge()).isEqualTo(Money.dollars("3.3"));
    }

    @Test
    void a_provider_can_be_named_and_a_tier() {
        List<Candidate> candidates = quotes("""
                {"tokens": {"input": 1000000}, "service_tier": "priority", "models": ["acme/large"]}""");

        assertThat(candidates).hasSize(1);
        assertThat(quote(candidates.getFirst()).least().charge()).isEqualTo(Money.dollars("2"));
    }

    @Test
    void an_organization_is_quoted_by_its_terms() {
        Quote quote = quote(quotes("""
                {"organization": "org_a", "tokens": {"input": 1000000}, "models": ["acme/large"]}""").getFirst());

        assertThat(quote.least().providerCost()).isEqualTo(Money.dollars("1"));
        assertThat(quote.least().charge()).isEqualTo(Money.dollars("0.5"));
        assertThat(quote.tariff().version()).isEqualTo("acme/large@1#terms@1");
    }

    @Test
    void a_meter_without_a_price_and_a_model_without_one_are_named() {
        List<Candidate> candidates = quotes("""
                {"tokens": {"image": 1}, "models": ["acme/large", "nothing"]}""");

        assertThat(quote(candidates.getFirst()).unpriced()).containsExactly(Meter.IMAGE);
        assertThat(candidates.getLast().quote()).isNull();
    }

    @Test
    void a_request_costs_between_its_input_and_all_that_its_bounds_allow() {
        // "Hello, world" are 3 tokens and "user" 1; 3 are of the message's format and 3 of the answer's: 10.
        String request = """
                {"model":"acme/large","max_tokens":50,"n":2,"messages":[{"role":"user","content":"Hello, world"}]}""";
        Quote quote = quote(quotes("{\"request\": " + request + "}").getFirst());

        assertThat(quote.inputEstimate()).hasValue(10);
        int inputMost = request.length() + 1_024; // a token per byte, and what an unknown model's format may add
        assertThat(quote.inputMost()).hasValue(inputMost);
        assertThat(quote.outputMost()).hasValue(100);
        assertThat(quote.least().charge()).isEqualTo(new Money(10_000));
        assertThat(requireNonNull(quote.most()).charge()).isEqualTo(new Money(inputMost * 1_250L + 100 * 10_000));
    }

    @Test
    void a_request_for_a_dearer_tier_is_bounded_by_that() {
        Quote quote = quote(quotes("""
                {"request": {"model":"acme/large","max_tokens":1,"service_tier":"priority",
                 "messages":[{"role":"user","content":"Hi"}]}}""").getFirst());

        assertThat(requireNonNull(quote.most()).charge().nanos())
                .isEqualTo(quote.inputMost().getAsLong() * 2_000 + 20_000);
    }

    @Test
    void an_output_without_a_cap_is_bounded_by_the_model_or_not_at_all() {
        String request = "\"request\": {\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

        assertThat(quote(quotes("{" + request + ", \"models\": [\"acme/large\"]}")
                                .getFirst())
                        .outputMost())
                .hasValue(100);
        Quote open = quote(quotes("{" + request + ", \"models\": [\"open\"]}").getFirst());
        assertThat(open.outputMost()).isEmpty();
        assertThat(open.most()).isNull();
    }

    @Test
    void an_image_is_bounded_by_the_largest_input_and_a_tool_of_the_provider_not_at_all() {
        Quote image = quote(quotes("""
                {"request": {"model":"acme/large","max_tokens":1,"messages":[{"role":"user","content":[
                 {"type":"image_url","image_url":{"url":"https://example.com/cat.png"}}]}]}}""").getFirst());
        Quote search = quote(quotes("""
                {"operation": "response", "request": {"model":"acme/large","max_output_tokens":1,"input":"Hi",
                 "tools":[{"type":"web_search"}]}}""").getFirst());

        assertThat(image.inputMost()).hasValue(5_000);
        assertThat(requireNonNull(image.most()).charge()).isEqualTo(new Money(5_000 * 1_250L + 10_000));
        assertThat(search.most()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"models\": [\"large\"]}",
                "{\"tokens\": {\"input\": 1}}",
                "{\"tokens\": {\"input\": 1}, \"models\": []}",
                "{\"tokens\": {\"input\": -1}, \"models\": [\"large\"]}",
                "{\"tokens\": {\"input\": 1.5}, \"models\": [\"large\"]}",
                "{\"tokens\": {\"inputt\": 1}, \"models\": [\"large\"]}",
                "{\"tokens\": {\"input\": 1}, \"request\": {}, \"models\": [\"large\"]}",
                "{\"operation\": \"image\", \"request\": {\"model\": \"large\"}}",
                "{\"tokens\": {\"input\": 1}, \"models\": [\"large\"], \"extra\": 1}"
            })
    void what_is_not_understood_is_refused(String json) {
        assertThatThrownBy(() -> quotes(json)).isInstanceOf(IllegalArgumentException.class);
    }

    private List<Candidate> quotes(String json) {
        return quotes.of(QuoteRequest.read(json(json)), AT);
    }

    private static Quote quote(Candidate candidate) {
        return requireNonNull(candidate.quote(), candidate.toString());
    }

    private static PriceVersion version(String provider, String price) {
        JsonPlace json = json(price);
        String id = PriceVersion.id(provider, json.get("model").text(), 1);
        return new PriceVersion(
                provider, 1, Instant.EPOCH, null, ModelPriceReader.read("price", provider, id, json.node()));
    }

    private static JsonPlace json(String text) {
        try {
            return JsonPlace.body(new JsonMapper().readTree(text));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
