package dev.tollgate.pricing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Meter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BuiltInPricesTest {
    private static final PriceBook BOOK = PriceBook.builtIn();

    @Test
    void the_book_has_the_models_of_openai_under_the_version_of_their_file() {
        ModelPrice price = requireNonNull(BOOK.find("openai", "gpt-4o-mini"));
        assertThat(price.version()).isEqualTo("openai/2026-11-21");
        assertThat(models()).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_model_has_a_price_for_what_comes_in(ModelPrice model) {
        assertThat(List.of(Meter.INPUT, Meter.SECOND, Meter.CHARACTER))
                .anySatisfy(meter ->
                        assertThat(price(model, ServiceTier.STANDARD, 1, meter)).isPresent());
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_tier_that_may_wait_is_never_dearer_and_one_that_may_not_is_never_cheaper(ModelPrice model) {
        for (long inputTokens : List.of(1L, 1_000_000L)) {
            for (Meter meter : List.of(Meter.INPUT, Meter.OUTPUT, Meter.CACHED_INPUT, Meter.CACHE_WRITE)) {
                long standard = orFree(price(model, ServiceTier.STANDARD, inputTokens, meter));
                if (meter != Meter.CACHED_INPUT) { // batch has no cached price on older models
                    assertThat(orFree(price(model, ServiceTier.BATCH, inputTokens, meter)))
                            .as("batch %s", meter)
                            .isLessThanOrEqualTo(standard);
                }
                assertThat(orFree(price(model, ServiceTier.FLEX, inputTokens, meter)))
                        .as("flex %s", meter)
                        .isLessThanOrEqualTo(standard);
                assertThat(orFree(price(model, ServiceTier.PRIORITY, inputTokens, meter)))
                        .as("priority %s", meter)
                        .isGreaterThanOrEqualTo(standard);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_tier_that_nobody_knows_is_as_dear_as_any(ModelPrice model) {
        for (ServiceTier tier : ServiceTier.values()) {
            for (Meter meter : Meter.values()) {
                assertThat(orFree(price(model, ServiceTier.OTHER, 1, meter)))
                        .isGreaterThanOrEqualTo(orFree(price(model, tier, 1, meter)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_cached_token_never_costs_more_than_a_fresh_one(ModelPrice model) {
        assertThat(orFree(price(model, ServiceTier.STANDARD, 1, Meter.CACHED_INPUT)))
                .isLessThanOrEqualTo(orFree(price(model, ServiceTier.STANDARD, 1, Meter.INPUT)));
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_long_request_is_never_cheaper(ModelPrice model) {
        for (Meter meter : Meter.values()) {
            assertThat(orFree(price(model, ServiceTier.STANDARD, 1_000_000, meter)))
                    .isGreaterThanOrEqualTo(orFree(price(model, ServiceTier.STANDARD, 1, meter)));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_model_is_found_by_each_of_its_names(ModelPrice model) {
        assertThat(model.aliases()).doesNotContain(model.model());
        for (String alias : model.aliases()) {
            ModelPrice found = requireNonNull(BOOK.find("openai", alias), alias);
            assertThat(found.model()).isEqualTo(model.model());
        }
    }

    private static OptionalLong price(ModelPrice model, ServiceTier tier, long inputTokens, Meter meter) {
        return model.rates(tier, inputTokens).price(meter);
    }

    private static long orFree(OptionalLong price) {
        return price.orElse(0);
    }

    static List<ModelPrice> models() {
        String file = "prices/openai.json";
        try (InputStream in = PriceBook.class.getClassLoader().getResourceAsStream(file)) {
            return PriceFileReader.read(file, requireNonNull(in)).models();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
