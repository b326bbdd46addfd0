package dev.tollgate.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Meter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceBookTest {
    private static final String MINI = """
            {"model": "mini", "aliases": ["mini-2026-01-01", "small"], "standard": {"input": "1"}}""";

    @Nested
    class Names {
        private final PriceBook book = PriceBook.empty().with(file("1", MINI + """
                , {"model": "mini-2025-05-05", "standard": {"input": "2"}}
                , {"model": "ft:mini-2026-01-01", "standard": {"input": "3"}}
                , {"model": "ft:mini", "standard": {"input": "4"}}"""));

        @ParameterizedTest(name = "{0} is priced as {1}")
        @CsvSource({
            "mini, mini",
            "small, mini",
            "mini-2026-01-01, mini",
            "mini-2025-05-05, mini-2025-05-05",
            "mini-2026-12-31, mini",
            "ft:mini-2026-01-01, ft:mini-2026-01-01",
            "ft:mini-2026-01-01:acme:bot:id, ft:mini-2026-01-01",
            "ft:mini-2026-01-01:acme::id, ft:mini-2026-01-01",
            "ft:mini-2026-12-31:acme::id, ft:mini",
        })
        void a_model_is_found_by_its_name_an_alias_a_date_or_what_it_was_tuned_from(String name, String model) {
            ModelPrice price = requireNonNull(book.find("acme", name), name);
            assertThat(price.model()).isEqualTo(model);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "min",
                    "minimal",
                    "mini-",
                    "mini-2026",
                    "mini-2026-1-1",
                    "mini-2026-12-31-preview",
                    "MINI",
                    "mini-20261231",
                    "-2026-12-31",
                    "ft:small:acme::id",
                    "ft:",
                    "ft::",
                    "x-mini"
                })
        void nothing_else_is_guessed(String name) {
            assertThat(book.find("acme", name)).isNull();
        }

        @Test
        void a_model_belongs_to_its_provider() {
            assertThat(book.find("other", "mini")).isNull();
        }
    }

    @Nested
    class Layers {
        private final PriceBook base = PriceBook.empty().with(file("1", MINI));

        @Test
        void a_later_file_replaces_a_model_under_all_its_names() {
            PriceBook book = base.with(file("2", "{\"model\": \"mini\", \"standard\": {\"input\": \"9\"}}"));
            assertThat(inputPrice(book, "mini")).isEqualTo(9_000_000_000L);
            assertThat(inputPrice(book, "small")).isEqualTo(9_000_000_000L);
            assertThat(versionOf(book, "small")).isEqualTo("acme/2");
        }

        @Test
        void a_later_file_may_price_one_name_apart() {
            PriceBook book = base.with(file("2", """
                    {"model": "small", "standard": {"input": "8"}},
                    {"model": "mini", "standard": {"input": "9"}}"""));
            assertThat(inputPrice(book, "small")).isEqualTo(8_000_000_000L);
            assertThat(inputPrice(book, "mini")).isEqualTo(9_000_000_000L);
            assertThat(inputPrice(book, "mini-2026-01-01")).isEqualTo(9_000_000_000L);
        }

        @Test
        void replacing_an_alias_leaves_the_model_alone() {
            PriceBook book = base.with(file("2", "{\"model\": \"small\", \"standard\": {\"input\": \"8\"}}"));
            assertThat(inputPrice(book, "small")).isEqualTo(8_000_000_000L);
            assertThat(inputPrice(book, "mini")).isEqualTo(1_000_000_000L);
            assertThat(inputPrice(book, "mini-2026-01-01")).isEqualTo(1_000_000_000L);
            assertThat(versionOf(book, "mini")).isEqualTo("acme/1");
        }

        @Test
        void a_book_does_not_change_when_another_is_made_from_it() {
            base.with(file("2", "{\"model\": \"mini\", \"standard\": {\"input\": \"9\"}}"));
            assertThat(inputPrice(base, "mini")).isEqualTo(1_000_000_000L);
        }

        @Test
        void a_version_names_one_file_only() {
            PriceFile again = file("1", "{\"model\": \"other\", \"standard\": {\"input\": \"9\"}}");
            assertThatThrownBy(() -> base.with(again))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("version: acme/1 (expected: one that no other price file has)");
        }

        private static long inputPrice(PriceBook book, String model) {
            return requireNonNull(book.find("acme", model))
                    .rates(ServiceTier.STANDARD, 1)
                    .price(Meter.INPUT)
                    .orElseThrow();
        }

        private static String versionOf(PriceBook book, String model) {
            return requireNonNull(book.find("acme", model)).version();
        }
    }

    @Nested
    class Days {
        private static final String DEARER = "{\"model\": \"mini\", \"standard\": {\"input\": \"9\"}}";

        private final PriceBook book = PriceBook.empty().with(file("1", MINI)).with(file("2", "2026-12-01", DEARER));

        @ParameterizedTest(name = "at {0} it is {1}")
        @CsvSource({
            "2026-11-30T23:59:59.999999999Z, acme/1",
            "2026-12-01T00:00:00Z, acme/2",
            "2027-06-01T00:00:00Z, acme/2",
        })
        void a_price_that_begins_on_a_day_holds_from_its_midnight_on(Instant now, String version) {
            assertThat(versionAt(now, book, "mini")).isEqualTo(version);
        }

        @ParameterizedTest
        @ValueSource(strings = {"small", "mini-2026-01-01", "mini-2026-12-31"})
        void all_names_of_a_model_change_on_that_day(String name) {
            assertThat(versionAt(Instant.parse("2026-12-01T00:00:00Z"), book, name))
                    .isEqualTo("acme/2");
        }

        @Test
        void a_model_without_a_price_until_then_has_none_until_then() {
            PriceBook tomorrow = PriceBook.empty().with(file("2", "2026-12-01", DEARER));
            long before = Instant.parse("2026-11-30T00:00:00Z").toEpochMilli();
            assertThat(tomorrow.find("acme", "mini", before)).isNull();
            assertThat(versionAt(Instant.parse("2026-12-01T00:00:00Z"), tomorrow, "mini"))
                    .isEqualTo("acme/2");
        }

        @Test
        void without_an_instant_the_price_is_the_one_without_a_day() {
            assertThat(requireNonNull(book.find("acme", "mini")).version()).isEqualTo("acme/1");
        }

        @Test
        void a_later_file_replaces_what_was_to_begin_on_its_day_or_after_it() {
            PriceBook ours = book.with(file("ours", "2026-11-25", DEARER));
            assertThat(versionAt(Instant.parse("2026-11-24T00:00:00Z"), ours, "mini"))
                    .isEqualTo("acme/1");
            assertThat(versionAt(Instant.parse("2027-01-01T00:00:00Z"), ours, "mini"))
                    .isEqualTo("acme/ours");
        }

        @Test
        void a_later_file_without_a_day_replaces_all() {
            PriceBook ours = book.with(file("ours", MINI));
            assertThat(versionAt(Instant.parse("2027-01-01T00:00:00Z"), ours, "mini"))
                    .isEqualTo("acme/ours");
        }

        private static String versionAt(Instant now, PriceBook book, String model) {
            return requireNonNull(book.find("acme", model, now.toEpochMilli())).version();
        }
    }

    @Nested
    class Versions {
        private final PriceBook base = PriceBook.empty().with(file("1", MINI));

        @Test
        void the_file_holds_until_a_version_begins_under_every_name() {
            PriceBook book = base.withVersions(List.of(version("mini", 1, "2", 1_000)));

            assertThat(at(book, "mini", 999)).isEqualTo("acme/1");
            assertThat(at(book, "mini", 1_000)).isEqualTo("acme/mini@1");
            assertThat(at(book, "small", 1_000)).isEqualTo("acme/mini@1");
            assertThat(at(book, "mini-2026-12-31", 1_000)).isEqualTo("acme/mini@1");
            assertThat(requireNonNull(book.find("acme", "mini")).version()).isEqualTo("acme/1");
        }

        @Test
        void another_name_of_a_model_can_be_priced_apart() {
            PriceBook book = base.withVersions(List.of(version("small", 1, "2", 0), version("mini", 1, "3", 0)));

            assertThat(at(book, "small", 0)).isEqualTo("acme/small@1");
            assertThat(at(book, "mini", 0)).isEqualTo("acme/mini@1");
            assertThat(at(book, "mini-2026-01-01", 0)).isEqualTo("acme/mini@1");
        }

        @Test
        void a_model_that_no_file_has_is_without_a_price_before_its_first_version() {
            PriceBook book = base.withVersions(List.of(version("new", 1, "2", 1_000)));

            assertThat(book.find("acme", "new", 999)).isNull();
            assertThat(at(book, "new", 1_000)).isEqualTo("acme/new@1");
        }

        @Test
        void a_file_on_top_takes_the_place_of_the_versions_but_not_of_names_that_are_priced_apart() {
            PriceBook book = base.withVersions(List.of(version("mini", 1, "2", 0), version("small", 1, "3", 0)))
                    .with(file("2", "{\"model\": \"mini\", \"standard\": {\"input\": \"9\"}}"));

            assertThat(at(book, "mini", 5)).isEqualTo("acme/2");
            assertThat(at(book, "mini-2026-01-01", 5)).isEqualTo("acme/2");
            assertThat(at(book, "small", 5)).isEqualTo("acme/small@1");
        }

        @Test
        void every_model_is_listed_once() {
            PriceBook book = base.withVersions(List.of(version("mini", 1, "2", 0), version("other", 1, "3", 0)));

            assertThat(book.all()).extracting(PriceHistory::model).containsExactly("mini", "other");
        }

        private static String at(PriceBook book, String model, long epochMillis) {
            return requireNonNull(book.find("acme", model, epochMillis)).version();
        }

        private static PriceVersion version(String model, int number, String input, long from) {
            ModelPrice price = file("x", "{\"model\": \"" + model + "\", \"standard\": {\"input\": \"" + input + "\"}}")
                    .models()
                    .getFirst();
            String id = PriceVersion.id("acme", model, number);
            return new PriceVersion("acme", number, Instant.ofEpochMilli(from), null, price.as(id));
        }
    }

    private static PriceFile file(String version, String models) {
        return file(version, null, models);
    }

    private static PriceFile file(String version, @Nullable String from, String models) {
        String json = """
                {"provider": "acme", "currency": "USD", "version": "%s", %s "source": "test", "models": [%s]}""".formatted(version, from == null ? "" : "\"from\": \"" + from + "\",", models);
        try {
            return PriceFileReader.read("test", new ByteArrayInputStream(json.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
