package dev.tollgate.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prices that a file declares, and declares otherwise while requests run. */
class PricesInForceTest {
    private static final long NOON = 1_795_000_000_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();

    private final PricesInForce prices = new PricesInForce();

    PricesInForceTest() {
        prices.begin(PriceBook.empty(), List.of(file("1", "ours")));
    }

    private static PriceFile file(String version, String model) {
        String json = """
                {"provider": "acme", "version": "%s", "currency": "USD", "source": "https://acme.example",
                 "models": [{"model": "%s", "standard": {"input": "1"}}]}
                """.formatted(version, model);
        try {
            return PriceFileReader.read("test", new ByteArrayInputStream(json.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String version(long at) {
        ModelPrice price = prices.find("org_a", "acme", "ours", at);
        return price == null ? "none" : price.version();
    }

    @Test
    void a_request_goes_by_what_was_declared_when_it_began() {
        prices.declareFrom(List.of(file("2", "ours")), NOON);
        assertThat(version(NOON - 1)).isEqualTo("acme/1");
        assertThat(version(NOON)).isEqualTo("acme/2");
        prices.declareFrom(List.of(), NOON + 10);
        assertThat(version(NOON - 1)).isEqualTo("acme/1");
        assertThat(version(NOON + 9)).isEqualTo("acme/2");
        assertThat(version(NOON + 10)).isEqualTo("none");
    }

    @Test
    void what_no_request_goes_by_any_more_is_forgotten() {
        prices.declareFrom(List.of(file("2", "ours")), NOON);
        prices.declareFrom(List.of(file("3", "ours")), NOON + DAY - 1);
        assertThat(version(NOON - 1)).isEqualTo("acme/1");
        prices.declareFrom(List.of(file("4", "ours")), NOON + 2 * DAY);
        assertThat(version(NOON - 1)).as("two days later").isEqualTo("acme/3");
        assertThat(version(NOON + 2 * DAY - 1)).isEqualTo("acme/3");
    }

    @Test
    void the_first_reading_leaves_nothing_behind() {
        prices.declare(List.of(file("2", "ours")));
        assertThat(version(NOON)).isEqualTo("acme/2");
        assertThat(version(0)).isEqualTo("acme/2");
    }

    @Test
    void versions_of_the_database_stay_beneath_what_is_declared_anew() {
        prices.replaceVersions(List.of());
        prices.declareFrom(List.of(file("2", "other")), NOON);
        prices.replaceVersions(List.of());
        assertThat(version(NOON - 1)).isEqualTo("acme/1");
        assertThat(version(NOON)).isEqualTo("none");
        assertThat(prices.isDeclared("acme", "other")).isTrue();
        assertThat(prices.isDeclared("acme", "ours")).isFalse();
    }

    @Test
    void two_files_of_one_version_are_refused_and_change_nothing() {
        List<PriceFile> clash = List.of(file("2", "ours"), file("2", "other"));
        assertThatThrownBy(() -> prices.bookWith(clash)).hasMessageContaining("acme/2");
        assertThat(version(NOON)).isEqualTo("acme/1");
    }
}
