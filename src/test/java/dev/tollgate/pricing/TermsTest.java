package dev.tollgate.pricing;

import static java.math.BigDecimal.ONE;
import static java.math.RoundingMode.CEILING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.testkit.Seeds;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TermsTest {
    private static final String VERSION = "terms@3";
    private static final Usage MILLION =
            Usage.builder().set(Meter.INPUT, 1_000_000).build();

    private final ModelPrice list = price("""
            {"model": "large", "standard": {"input": "10", "output": "20"}}""");

    @Test
    void a_markup_comes_first_and_a_discount_off_that() {
        Terms terms = terms("""
                {"markup_percent": "20", "discount_percent": "12.5"}""");

        // 10 dollars, and a fifth on top are 12; an eighth off that leaves 10.50
        assertThat(charge(terms, MILLION)).isEqualTo(Money.dollars("10.5"));
    }

    @Test
    void the_charge_is_rounded_up_once_and_not_after_every_step() {
        Terms terms = terms("""
                {"markup_percent": "0.0001", "discount_percent": "0.0001"}""");
        Usage token = Usage.builder().set(Meter.INPUT, 1).build();

        // 10,000 nanodollars x 1.000001 x 0.999999 = 9999.99999999, rounded up once
        assertThat(charge(terms, token)).isEqualTo(new Money(10_000));
        // 2 tokens: 19999.99999998
        assertThat(charge(terms, Usage.builder().set(Meter.INPUT, 2).build())).isEqualTo(new Money(20_000));
    }

    @Test
    void everything_off_is_free_and_twice_the_price_is_twice_the_price() {
        assertThat(charge(terms("{\"discount_percent\": \"100\"}"), MILLION)).isEqualTo(Money.ZERO);
        assertThat(charge(terms("{\"markup_percent\": \"100\"}"), MILLION)).isEqualTo(Money.dollars("20"));
    }

    @Test
    void an_override_takes_the_place_of_the_list_price_but_not_of_the_cost() {
        Terms terms = terms("""
                {"overrides": [{"provider": "acme", "price": {"model": "large", "standard": {"input": "7"}}}],
                 "markup_percent": "10"}""");
        PricesInForce prices = new PricesInForce();
        prices.replaceTerms("org_a", List.of(new PricesInForce.DatedTerms(Instant.EPOCH, terms)));

        Tariff tariff = prices.tariff("org_a", "acme", list, "large", 1);
        Tariff others = prices.tariff("org_b", "acme", list, "large", 1);

        assertThat(tariff.providerCost(MILLION, ServiceTier.STANDARD).money()).isEqualTo(Money.dollars("10"));
        assertThat(tariff.charge(MILLION, ServiceTier.STANDARD).money()).isEqualTo(Money.dollars("7.7"));
        assertThat(tariff.version()).isEqualTo("one#terms@3");
        assertThat(others.charge(MILLION, ServiceTier.STANDARD).money()).isEqualTo(Money.dollars("10"));
        assertThat(others.version()).isEqualTo("one");
    }

    @ParameterizedTest(name = "after {0} the discount makes ten dollars {1}")
    @CsvSource({
        "0, 9.9, terms@3/0",
        "999.999999999, 9.9, terms@3/0",
        "1000, 9, terms@3/1",
        "9999.999999999, 9, terms@3/1",
        "10000, 8, terms@3/2",
        "9000000000, 8, terms@3/2"
    })
    void a_step_is_reached_at_its_volume_to_the_nanodollar(String volume, String charge, String version) {
        Terms.Applied applied = stepped().at(Money.dollars(volume));

        assertThat(list.chargeRoundedUp(MILLION, ServiceTier.STANDARD, applied.factor())
                        .money())
                .isEqualTo(Money.dollars(charge));
        assertThat(applied.version()).isEqualTo(version);
    }

    @Test
    void a_volume_counts_in_its_month_only() {
        PricesInForce prices = new PricesInForce();
        prices.replaceTerms("org_a", List.of(new PricesInForce.DatedTerms(Instant.EPOCH, stepped())));
        prices.replaceVolumes(Map.of("org_a", new PricesInForce.Volume(Money.dollars("5000"), 1_000, 2_000)));

        assertThat(prices.tariff("org_a", "acme", list, "large", 1_999).version())
                .isEqualTo("one#terms@3/1");
        assertThat(prices.tariff("org_a", "acme", list, "large", 2_000).version())
                .isEqualTo("one#terms@3/0");
        assertThat(prices.tariff("org_a", "acme", list, "large", 999).version()).isEqualTo("one#terms@3/0");
    }

    @Test
    void a_charge_is_what_big_decimals_make_of_it() {
        Seeds.each(2_000, random -> {
            long input = Math.floorMod(random.nextLong(), 1L << random.nextInt(1, 40));
            long output = Math.floorMod(random.nextLong(), 1L << random.nextInt(1, 40));
            BigDecimal inputPrice = decimal(random, 9, 100_000_000_000L);
            BigDecimal outputPrice = decimal(random, 9, 100_000_000_000L);
            BigDecimal markup = decimal(random, 4, 3_000_000);
            BigDecimal discount = decimal(random, 4, 1_000_001);
            ModelPrice price = price("{\"model\": \"m\", \"standard\": {\"input\": \"" + inputPrice.toPlainString()
                    + "\", \"output\": \"" + outputPrice.toPlainString() + "\"}}");
            Terms terms = terms("{\"markup_percent\": \"" + markup.toPlainString() + "\", \"discount_percent\": \""
                    + discount.toPlainString() + "\"}");
            Usage usage = Usage.builder()
                    .set(Meter.INPUT, input)
                    .set(Meter.OUTPUT, output)
                    .build();

            BigDecimal exact = BigDecimal.valueOf(input)
                    .multiply(inputPrice)
                    .add(BigDecimal.valueOf(output).multiply(outputPrice))
                    .movePointLeft(6)
                    .multiply(ONE.add(markup.movePointLeft(2)))
                    .multiply(ONE.subtract(discount.movePointLeft(2)));
            BigDecimal nanos = exact.movePointRight(9).setScale(0, CEILING);
            boolean fits = nanos.toBigIntegerExact().bitLength() < Long.SIZE;
            Cost cost = price.chargeRoundedUp(
                    usage, ServiceTier.STANDARD, terms.at(Money.ZERO).factor());

            assertThat(cost.saturated()).isEqualTo(!fits);
            if (fits) {
                assertThat(cost.money().nanos()).isEqualTo(nanos.longValueExact());
            }
        });
    }

    @Test
    void an_unpriced_meter_is_named_with_terms_too() {
        Usage spoken = Usage.builder().set(Meter.CHARACTER, 5).build();

        Cost cost = list.chargeRoundedUp(
                spoken,
                ServiceTier.STANDARD,
                terms("{\"markup_percent\": \"1\"}").at(Money.ZERO).factor());

        assertThat(cost.unpriced()).containsExactly(Meter.CHARACTER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"discount_percent\": \"100.0001\"}",
                "{\"discount_percent\": \"-1\"}",
                "{\"discount_percent\": \"1.00001\"}",
                "{\"discount_percent\": 12.5}",
                "{\"markup_percent\": \"10001\"}",
                "{\"markup_percent\": \"1e3\"}",
                "{\"discount\": \"1\"}",
                "{\"volume_steps\": [{\"from\": \"0\", \"discount_percent\": \"1\"}]}",
                "{\"volume_steps\": [{\"from\": \"2\", \"discount_percent\": \"1\"}, {\"from\": \"2\", \"discount_percent\": \"2\"}]}",
                "{\"volume_steps\": [{\"from\": \"1\"}]}",
                "{\"overrides\": [{\"provider\": \"acme\", \"price\": {\"model\": \"m\"}}]}",
                "{\"overrides\": [{\"provider\": \"acme\", \"price\": {\"model\": \"m\", \"standard\": {\"input\": 1}}}]}",
                "[]"
            })
    void what_is_not_understood_is_refused(String json) {
        assertThatThrownBy(() -> terms(json)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Terms stepped() {
        return terms("""
                {"discount_percent": "1", "volume_steps": [
                  {"from": "1000", "discount_percent": "10"}, {"from": "10000", "discount_percent": "20"}]}""");
    }

    private Money charge(Terms terms, Usage usage) {
        return list.chargeRoundedUp(
                        usage, ServiceTier.STANDARD, terms.at(Money.ZERO).factor())
                .money();
    }

    private static BigDecimal decimal(Random random, int scale, long bound) {
        return BigDecimal.valueOf(Math.floorMod(random.nextLong(), bound), scale);
    }

    private static Terms terms(String json) {
        return TermsReader.read(VERSION, tree(json));
    }

    private static ModelPrice price(String json) {
        return ModelPriceReader.read("price", "acme", "one", tree(json));
    }

    private static JsonNode tree(String json) {
        try {
            return new JsonMapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
