package dev.tollgate.pricing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The form of the price files that come with Tollgate. What their figures are worth is told in docs/prices.md. */
class BuiltInPricesTest {
    private static final PriceBook BOOK = PriceBook.builtIn();

    /** Dollars per million that no price comes near; a misplaced point does. */
    private static final Map<Meter, String> DEAREST = Map.of(
            Meter.INPUT, "200",
            Meter.OUTPUT, "700",
            Meter.AUDIO_INPUT, "200",
            Meter.AUDIO_OUTPUT, "700",
            Meter.SECOND, "2000",
            Meter.CHARACTER, "100",
            Meter.IMAGE, "500000",
            Meter.PAGE, "10000",
            Meter.SEARCH_UNIT, "5000",
            Meter.WEB_SEARCH, "50000");

    @Test
    void the_book_has_the_models_of_a_file_under_its_version() {
        ModelPrice price = requireNonNull(BOOK.find("openai", "gpt-4o-mini"));
        assertThat(price.version()).isEqualTo("openai/2026-11-21");
        assertThat(models()).hasSizeGreaterThan(300);
    }

    @Test
    void every_provider_that_was_promised_has_prices() {
        assertThat(PriceBook.builtInFiles())
                .filteredOn(file -> file.from() == null)
                .extracting(PriceFile::provider)
                .containsExactlyInAnyOrder(
                        "openai",
                        "anthropic",
                        "google",
                        "mistral",
                        "deepseek",
                        "xai",
                        "groq",
                        "cohere",
                        "cerebras",
                        "bedrock",
                        "together",
                        "fireworks");
    }

    @Test
    void a_price_that_ends_on_a_known_day_ends() {
        // gemini-4-argon: 2 dollars until the end of November 2026, 4 from December on.
        assertThat(argonInput("2026-11-30T23:59:59Z")).hasValue(2_000_000_000L);
        assertThat(argonInput("2026-12-01T00:00:00Z")).hasValue(4_000_000_000L);
    }

    private static OptionalLong argonInput(String now) {
        ModelPrice argon =
                BOOK.find("google", "gemini-4-argon", Instant.parse(now).toEpochMilli());
        return price(requireNonNull(argon), ServiceTier.STANDARD, 1, Meter.INPUT);
    }

    @Test
    void most_figures_were_checked_against_a_second_source() {
        assertThat(models()).filteredOn(model -> model.verified() != null).hasSizeGreaterThan(250);
    }

    @ParameterizedTest
    @MethodSource("models")
    void nothing_was_checked_after_its_file_was_made(ModelPrice model) {
        LocalDate verified = model.verified();
        if (verified != null) {
            assertThat(verified)
                    .isBeforeOrEqualTo(LocalDate.parse(model.version().replaceFirst(".*/", "")));
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_model_has_a_price_for_what_comes_in_or_for_what_it_does(ModelPrice model) {
        assertThat(List.of(Meter.INPUT, Meter.SECOND, Meter.CHARACTER, Meter.IMAGE, Meter.PAGE, Meter.SEARCH_UNIT))
                .anySatisfy(meter ->
                        assertThat(price(model, ServiceTier.STANDARD, 1, meter)).isPresent());
    }

    @ParameterizedTest
    @MethodSource("models")
    void no_price_is_beyond_what_anybody_asks(ModelPrice model) {
        DEAREST.forEach((meter, dollars) -> assertThat(orFree(price(model, ServiceTier.OTHER, 1_000_000, meter)))
                .as(meter.label())
                .isLessThanOrEqualTo(Money.nanosOf(dollars)));
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
            ModelPrice found = requireNonNull(BOOK.find(providerOf(model), alias), alias);
            assertThat(found.model()).isEqualTo(model.model());
        }
    }

    private static OptionalLong price(ModelPrice model, ServiceTier tier, long inputTokens, Meter meter) {
        return model.rates(tier, inputTokens).price(meter);
    }

    private static long orFree(OptionalLong price) {
        return price.orElse(0);
    }

    private static String providerOf(ModelPrice model) {
        return model.version().substring(0, model.version().indexOf('/'));
    }

    static List<ModelPrice> models() {
        return PriceBook.builtInFiles().stream()
                .flatMap(file -> file.models().stream())
                .toList();
    }
}
