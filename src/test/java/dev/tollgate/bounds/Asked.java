package dev.tollgate.bounds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.pricing.ModelPriceReader;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceVersion;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.pricing.TermsReader;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;

/** Requests and prices of tests, written as the JSON that they are. */
final class Asked {
    private static final JsonMapper JACKSON = new JsonMapper();
    private static final Bounds BOUNDS = new Bounds();

    private Asked() {}

    static RequestBody body(Operation operation, String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return RequestReader.read(operation, bytes, 0, bytes.length, null);
    }

    /** A price of the provider openai. */
    static Tariff tariff(String price) {
        return tariff(price, "{}");
    }

    static Tariff tariff(String price, String terms) {
        JsonNode json = json(price);
        String model = json.path("model").asText();
        PricesInForce prices = new PricesInForce();
        prices.begin(PriceBook.empty(), List.of());
        String id = PriceVersion.id("openai", model, 1);
        prices.replaceVersions(List.of(new PriceVersion(
                "openai", 1, Instant.EPOCH, null, ModelPriceReader.read("price", "openai", id, json))));
        if (!terms.equals("{}")) {
            prices.replaceTerms(
                    "org_a",
                    List.of(new PricesInForce.DatedTerms(Instant.EPOCH, TermsReader.read("terms@1", json(terms)))));
        }
        return prices.tariff(
                "org_a", "openai", requireNonNull(prices.find("org_a", "openai", model, 1), model), model, 1);
    }

    static Bound bound(Operation operation, String body, String price) {
        Tariff tariff = tariff(price);
        return BOUNDS.of(
                operation, body(operation, body), "openai", tariff.price().model(), tariff);
    }

    private static JsonNode json(String text) {
        try {
            return JACKSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
