package dev.tollgate.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceFile;
import dev.tollgate.pricing.PriceFileReader;
import dev.tollgate.pricing.PricesInForce;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriceRequestTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456Z");

    private final PricesInForce prices = new PricesInForce();

    PriceRequestTest() {
        prices.begin(
                PriceBook.empty().with(file("built-in", """
                        {"model": "large", "max_input": 1000, "max_output": 100,
                         "standard": {"input": "1", "output": "2", "web_search": "10000"}, "batch": {"input": "0.5"}}""")),
                List.of(file(
                        "declared",
                        "{\"model\": \"ours\", \"aliases\": [\"our\"], \"standard\": {\"input\": \"1\"}}")));
    }

    @Test
    void a_version_holds_from_now_on_unless_it_says_from_when() {
        assertThat(read("large", "", Origin.VERSION).effectiveFrom()).isEqualTo("2026-11-21T12:00:00.123Z");
        assertThat(read("large", "\"effective_from\": \"2026-12-01T01:00:00+01:00\",", Origin.VERSION)
                        .effectiveFrom())
                .isEqualTo("2026-12-01T00:00:00Z");
    }

    @Test
    void tools_and_bounds_that_it_does_not_state_are_carried_over_and_tiers_are_not() {
        JsonNode price = tree(read("large", "", Origin.VERSION).price());

        assertThat(price.at("/standard/web_search").asText()).isEqualTo("10000");
        assertThat(price.path("max_input").asLong()).isEqualTo(1000);
        assertThat(price.path("max_output").asLong()).isEqualTo(100);
        assertThat(price.has("batch")).isFalse();
        assertThat(tree(read("new", "", Origin.VERSION).price()).has("max_input"))
                .isFalse();
    }

    @Test
    void a_version_does_not_begin_in_the_past_and_a_correction_not_in_the_future() {
        String past = "\"effective_from\": \"2026-11-21T12:00:00Z\",";
        String future = "\"effective_from\": \"2026-11-21T12:00:01Z\",";

        assertThat(read("large", past, Origin.CORRECTION).effectiveFrom()).isEqualTo("2026-11-21T12:00:00Z");
        assertThatThrownBy(() -> read("large", past, Origin.VERSION)).hasMessageStartingWith("effective_from: ");
        assertThatThrownBy(() -> read("large", future, Origin.CORRECTION)).hasMessageStartingWith("effective_from: ");
        assertThatThrownBy(() -> read("large", "", Origin.CORRECTION)).hasMessage("effective_from: missing");
    }

    @Test
    void it_ends_after_it_begins() {
        String from = "\"effective_from\": \"2026-12-01T00:00:00Z\", ";

        assertThat(read("large", from + "\"effective_to\": \"2027-01-01T00:00:00Z\",", Origin.VERSION)
                        .effectiveTo())
                .isEqualTo("2027-01-01T00:00:00Z");
        assertThatThrownBy(() -> read("large", from + "\"effective_to\": \"2026-12-01T00:00:00Z\",", Origin.VERSION))
                .hasMessageStartingWith("effective_to: ");
    }

    @Test
    void what_the_file_declares_is_changed_in_the_file() {
        for (String declared : List.of("ours", "our")) {
            assertThatThrownBy(() -> read(declared, "", Origin.VERSION))
                    .isInstanceOfSatisfying(
                            Problem.class,
                            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.DECLARED_IN_FILE))
                    .hasMessageContaining("tollgate.yaml");
        }
    }

    private NewPrice read(String model, String more, Origin origin) {
        String body = """
                {"provider": "acme", %s "source": "a test",
                 "price": {"model": "%s", "standard": {"input": "3", "output": "4"}}}""".formatted(more, model);
        return PriceRequest.read(JsonPlace.body(tree(body)), origin, prices, NOW);
    }

    private static PriceFile file(String version, String model) {
        String json = """
                {"provider": "acme", "currency": "USD", "version": "%s", "source": "a test", "models": [%s]}""".formatted(version, model);
        try {
            return PriceFileReader.read(version, new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode tree(String text) {
        try {
            return new JsonMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
