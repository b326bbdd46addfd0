package dev.tollgate.rating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.pricing.ModelPriceReader;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceVersion;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.PricesInForce.DatedTerms;
import dev.tollgate.pricing.TermsReader;
import dev.tollgate.rating.Rerating.Result;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReratingTest {
    private static final Instant WRONG_FROM = Instant.parse("2026-11-01T00:00:00Z");
    private static final Instant BEGAN = Instant.parse("2026-11-10T00:00:00Z");
    private static final RerateRequest LARGE =
            new RerateRequest("acme", List.of("large"), null, WRONG_FROM, BEGAN.plusSeconds(1), null);

    private final PricesInForce prices = new PricesInForce();

    ReratingTest() {
        prices.begin(PriceBook.empty(), List.of());
        prices.replaceVersions(List.of(
                version("large", 1, "1", WRONG_FROM),
                version("large", 2, "3", WRONG_FROM), // the correction
                version("small", 1, "1", WRONG_FROM)));
        prices.replaceTerms("org_a", List.of(new DatedTerms(Instant.EPOCH, TermsReader.read("terms@1", json("""
                        {"volume_steps": [{"from": "10", "discount_percent": "50"}]}""")))));
    }

    @Test
    void the_adjustment_is_the_difference_to_what_was_booked_and_nothing_else() {
        JsonObject entry = entry(0, 1_000, "acme/large@1");

        Result.Adjusted adjusted = adjusted(List.of(entry));

        assertThat(adjusted.providerCost())
                .isEqualTo(new Money(2_000_000)); // 1000 tokens, three dollars a million less one
        assertThat(adjusted.charge()).isEqualTo(new Money(2_000_000));
        JsonObject booked = adjusted.entry();
        assertThat(booked.getInteger("seq")).isEqualTo(2);
        assertThat(booked.getString("kind")).isEqualTo("adjustment");
        assertThat(booked.getString("request_id")).isEqualTo(entry.getString("request_id"));
        assertThat(booked.getString("price_version")).isEqualTo("acme/large@2");
        assertThat(booked.getLong("charge")).isEqualTo(2_000_000);
        assertThat(booked.getLong("input_tokens")).isZero();
        assertThat(booked.getJsonObject("usage")).isEmpty();
        assertThat(booked.getLong("total_micros")).isZero();
        assertThat(booked.containsKey("first_byte_micros")).isFalse();
        assertThat(booked.getString("feature")).isEqualTo("chat"); // by which sums are kept
    }

    @Test
    void the_adjustment_counts_in_the_windows_of_its_request_and_nothing_is_held_for_it() {
        JsonObject entry = entry(0, 1_000, "acme/large@1")
                .put("epoch", 7)
                .put("window_ids", new JsonArray().add(3).add(5))
                .put("window_holds", new JsonArray().add(2_000_000).add(1));

        JsonObject booked = adjusted(List.of(entry)).entry();

        assertThat(booked.getLong("epoch")).isEqualTo(7);
        assertThat(booked.getJsonArray("window_ids")).containsExactly(3, 5);
        assertThat(booked.getJsonArray("window_holds")).containsExactly(0, 0);
    }

    @Test
    void what_was_adjusted_is_unchanged() {
        JsonObject entry = entry(0, 1_000, "acme/large@1");

        Result again = rate(List.of(entry, adjusted(List.of(entry)).entry()));

        assertThat(again).isEqualTo(new Result.Unchanged());
    }

    @Test
    void a_second_correction_is_the_next_adjustment() {
        JsonObject entry = entry(0, 1_000, "acme/large@1");
        JsonObject first = adjusted(List.of(entry)).entry();
        prices.replaceVersions(List.of(version("large", 2, "3", WRONG_FROM), version("large", 3, "2", WRONG_FROM)));

        Result.Adjusted second = adjusted(List.of(entry, first));

        assertThat(second.charge()).isEqualTo(new Money(-1_000_000));
        assertThat(second.entry().getInteger("seq")).isEqualTo(3);
    }

    @Test
    void the_terms_that_the_entry_kept_hold_whatever_the_volume_is_now() {
        JsonObject entry = entry(0, 1_000, "acme/large@1#terms@1/1").put("charge", 500_000);

        Result.Adjusted adjusted = adjusted(List.of(entry));

        assertThat(adjusted.providerCost()).isEqualTo(new Money(2_000_000));
        assertThat(adjusted.charge()).isEqualTo(new Money(1_000_000));
        assertThat(adjusted.entry().getString("price_version")).isEqualTo("acme/large@2#terms@1/1");
    }

    @Test
    void a_guess_and_its_truth_are_one_request() {
        JsonObject guess = entry(0, 1_000, "acme/large@1").put("service_tier", "priority");
        JsonObject truth =
                entry(1, -400, "acme/large@1").put("kind", "adjustment").put("service_tier", "default");

        Result.Adjusted adjusted = adjusted(List.of(guess, truth));

        assertThat(BookedRequest.of(List.of(guess, truth)).usage().count(Meter.INPUT))
                .isEqualTo(600);
        assertThat(adjusted.charge()).isEqualTo(new Money(1_200_000)); // 600 tokens
        assertThat(adjusted.entry().getInteger("seq")).isEqualTo(2);
    }

    @Test
    void other_models_and_what_consumed_nothing_are_not_meant() {
        JsonObject small =
                entry(0, 1_000, "acme/small@1").put("model_sent", "small").put("model_served", "small");
        JsonObject nothing = entry(0, 0, "acme/large@1").put("usage", new JsonObject());

        assertThat(rate(List.of(small))).isEqualTo(new Result.NotMeant());
        assertThat(rate(List.of(nothing))).isEqualTo(new Result.NotMeant());
        assertThat(rate(List.of(entry(0, 1_000, "acme/large@1").putNull("price_version"))))
                .isEqualTo(new Result.NotMeant());
    }

    @Test
    void what_can_not_be_priced_is_skipped() {
        JsonObject early = entry(0, 1_000, "acme/large@0").put("request_id", id(WRONG_FROM.minusMillis(1)));

        assertThat(rate(List.of(early))).isEqualTo(new Result.Skipped("no price"));
        assertThat(rate(List.of(entry(0, 1_000, "acme/large@1#terms@7"))))
                .isEqualTo(new Result.Skipped("terms not known"));
    }

    @Test
    void a_meter_that_is_not_known_is_told_and_not_left_out() {
        JsonObject entry = entry(0, 1, "acme/large@1").put("usage", new JsonObject().put("thought", 1));

        assertThatThrownBy(() -> BookedRequest.of(List.of(entry))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void models_that_nobody_has_a_price_of_are_refused() {
        RerateRequest unknown = new RerateRequest("acme", List.of("huge"), null, WRONG_FROM, BEGAN, null);

        assertThatThrownBy(() -> new Rerating(prices, unknown)).hasMessageStartingWith("models: huge");
    }

    private Result.Adjusted adjusted(List<JsonObject> entries) {
        return (Result.Adjusted) rate(entries);
    }

    private Result rate(List<JsonObject> entries) {
        return new Rerating(prices, LARGE).rate(BookedRequest.of(entries));
    }

    /** An entry of so many tokens, at a dollar a million. */
    private static JsonObject entry(int seq, long tokens, String version) {
        return new JsonObject()
                .put("request_id", id(BEGAN))
                .put("seq", seq)
                .put("kind", "request")
                .put("organization_id", "org_a")
                .put("feature", "chat")
                .put("provider", "acme")
                .put("model_sent", "large")
                .put("model_served", "large")
                .put("usage", new JsonObject().put("input", tokens))
                .put("input_tokens", tokens)
                .put("total_micros", 5)
                .put("first_byte_micros", 4)
                .put("provider_cost", tokens * 1_000)
                .put("charge", tokens * 1_000)
                .put("price_version", version);
    }

    private static String id(Instant began) {
        return RequestId.lowestAt(began.toEpochMilli()).toString();
    }

    private static PriceVersion version(String model, int number, String input, Instant from) {
        JsonNode price = json("""
                {"model": "%s", "standard": {"input": "%s"}, "priority": {"input": "100"}}""".formatted(model, input));
        String id = PriceVersion.id("acme", model, number);
        return new PriceVersion("acme", number, from, null, ModelPriceReader.read("price", "acme", id, price));
    }

    private static JsonNode json(String text) {
        try {
            return new JsonMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
