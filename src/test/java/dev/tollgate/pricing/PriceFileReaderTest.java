package dev.tollgate.pricing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PriceFileReaderTest {
    private static final String FILE = """
            {
              "provider": "acme",
              "currency": "USD",
              "version": "2026-11-21",
              "source": "https://acme.example/pricing",
              "tools": {"web_search": "10000"},
              "models": [
                {
                  "model": "large", "aliases": ["large-2026-01-01", "big"],
                  "max_input": 1000, "max_output": 100, "verified": "2026-11-20",
                  "standard": {"input": "2", "output": "8"},
                  "batch": {"input": "1", "output": "4"},
                  "long_context": {"above_input_tokens": 500, "standard": {"input": "3"}}
                },
                {"model": "small", "unverified": true, "standard": {"input": "0"}}
              ]
            }
            """;

    @Test
    void a_file_says_all_that_is_known_of_a_model() throws IOException {
        PriceFile file = read(FILE);

        assertThat(file.provider()).isEqualTo("acme");
        assertThat(file.version()).isEqualTo("acme/2026-11-21");
        ModelPrice large = file.models().getFirst();
        assertThat(large.version()).isEqualTo("acme/2026-11-21");
        assertThat(large.model()).isEqualTo("large");
        assertThat(large.aliases()).containsExactly("large-2026-01-01", "big");
        assertThat(large.maxInputTokens()).hasValue(1000);
        assertThat(large.maxOutputTokens()).hasValue(100);
        assertThat(large.verified()).isEqualTo(LocalDate.of(2026, 11, 20));
        assertThat(price(large, ServiceTier.STANDARD, 500, Meter.INPUT)).hasValue(2_000_000_000L);
        assertThat(price(large, ServiceTier.BATCH, 500, Meter.INPUT)).hasValue(1_000_000_000L);
        assertThat(price(large, ServiceTier.BATCH, 500, Meter.WEB_SEARCH)).hasValue(10_000_000_000_000L);
        assertThat(price(large, ServiceTier.STANDARD, 501, Meter.INPUT)).hasValue(3_000_000_000L);
        assertThat(price(large, ServiceTier.STANDARD, 501, Meter.OUTPUT)).hasValue(8_000_000_000L);
        assertThat(price(large, ServiceTier.BATCH, 501, Meter.INPUT)).hasValue(3_000_000_000L);
    }

    @Test
    void a_file_says_from_which_day_on_it_holds() throws IOException {
        assertThat(read(FILE).from()).isNull();
        assertThat(read(FILE.replace("\"currency\"", "\"from\": \"2027-01-01\", \"currency\""))
                        .from())
                .isEqualTo(LocalDate.of(2027, 1, 1));
    }

    @Test
    void what_a_file_does_not_say_is_not_known() throws IOException {
        ModelPrice small = read(FILE).models().getLast();

        assertThat(small.aliases()).isEmpty();
        assertThat(small.maxInputTokens()).isEmpty();
        assertThat(small.maxOutputTokens()).isEmpty();
        assertThat(small.verified()).isNull();
        assertThat(small.costRoundedUp(Usage.builder().set(Meter.OUTPUT, 1).build(), ServiceTier.STANDARD)
                        .unpriced())
                .containsExactly(Meter.OUTPUT);
    }

    /** Each line replaces a text in the file above by another, and says what the reader then answers. */
    @ParameterizedTest(name = "{1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "input": "2",       | "inputt": "2",        | models[0].standard.inputt: unknown meter
            "batch"             | "bulk"                | models[0].bulk: unknown field
            "batch"             | "other"               | models[0].other: unknown field
            "currency": "USD",  | "currency": "EUR",    | currency: "EUR" (expected: USD)
            "currency": "USD",  | ``                    | currency: missing
            "provider": "acme"  | "provider": "a/b"     | provider: "a/b" (expected: letters,
            "currency": "USD",      | "currency": "USD", "from": "soon", | from: "soon" (expected: a date such as 2026-11-21
            "currency": "USD",      | "currency": "USD", "from": 2027,   | from: 2027 (expected: a text
            "version": "2026-11-21" | "version": 7      | version: 7 (expected: a text
            "version": "2026-11-21" | "version": " "    | version: " " (expected: a text
            "source"            | "sauce"               | sauce: unknown field
            "web_search"        | "second"              | tools.second: unknown meter
            "models": [         | "models": 3, "x": [   | x: unknown field
            "input": "2"        | "input": 2            | models[0].standard.input: 2 (expected: dollars per million
            "input": "2"        | "input": "-2"         | models[0].standard.input: "-2" (expected: dollars per million
            "input": "2"        | "input": "NaN"        | models[0].standard.input: "NaN" (expected: dollars per million
            "input": "2"        | "input": "2e-6"       | models[0].standard.input: "2e-6" (expected: dollars per million
            "input": "2"        | "input": ""           | models[0].standard.input: "" (expected: dollars
            "input": "2"        | "input": null         | models[0].standard.input: null (expected: dollars per million
            "input": "2"        | "input": "0.0000000001" | models[0].standard.input: "0.0000000001" (expected: dollars per million
            "input": "2"        | "input": "9999999999" | models[0].standard.input: "9999999999" (expected: dollars per million
            "input": "2"        | "input": {}           | models[0].standard.input: an object (expected: dollars per million
            "input": "2"        | "input": "2", "input": "3" | line 11: Duplicate field 'input'
            {"input": "0"}      | {}                    | models[1].standard: no price
            "standard": {"input": "0"} | "flex": {"input": "0"} | models[1].standard: missing
            {"input": "0"}      | "0"                   | models[1].standard: "0" (expected: an object)
            "model": "small"    | "model": "large"      | models[1].model: "large" (expected: a name that no other model has)
            "model": "small"    | "model": "big"        | models[1].model: "big" (expected: a name that no other model has)
            "big"               | "large"               | models[0].aliases[1]: "large" (expected: a name that no other model has)
            "big"               | 5                     | models[0].aliases[1]: 5 (expected: a text
            "aliases": ["large-2026-01-01", "big"] | "aliases": {} | models[0].aliases: an object (expected: a list
            "max_input": 1000   | "max_input": 0        | models[0].max_input: 0 (expected: a whole number >= 1)
            "max_input": 1000   | "max_input": 1.5      | models[0].max_input: 1.5 (expected: a whole number >= 1)
            "max_output": 100   | "max_output": "100"   | models[0].max_output: "100" (expected: a whole number >= 1)
            "max_output": 100   | "max_output": 99999999999999999999 | models[0].max_output: 99999999999999999999 (expected: a whole number >= 1)
            "above_input_tokens": 500, | ``             | models[0].long_context.above_input_tokens: missing
            "above_input_tokens": 500 | "above": 500    | models[0].long_context.above: unknown field
            "2026-11-20"        | "yesterday"           | models[0].verified: "yesterday" (expected: a date
            "unverified": true  | "unverified": false   | models[1].unverified: false (expected: true
            "verified": "2026-11-20" | "verified": "2026-11-20", "unverified": true | models[0].unverified: true (expected: true, and no verified
            """)
    void what_the_reader_does_not_understand_is_refused_with_its_place(String text, String replacement, String answer) {
        assertThat(FILE).contains(text);
        String broken = FILE.replace(text, replacement);
        assertThatThrownBy(() -> read(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("prices/acme.json: ")
                .hasMessageContaining(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{", "{} {}", "null"})
    void what_is_not_one_object_is_refused(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("prices/acme.json: ");
    }

    @Test
    void nesting_without_end_is_refused() {
        assertThatThrownBy(() -> read("[".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("prices/acme.json: ");
    }

    @Test
    void a_file_without_end_is_refused() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        };
        assertThatThrownBy(() -> PriceFileReader.read("prices/acme.json", endless))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("prices/acme.json: too large (expected: at most 8388608 bytes)");
    }

    private static OptionalLong price(ModelPrice model, ServiceTier tier, long inputTokens, Meter meter) {
        return model.rates(tier, inputTokens).price(meter);
    }

    private static PriceFile read(String json) throws IOException {
        return PriceFileReader.read("prices/acme.json", new ByteArrayInputStream(json.getBytes(UTF_8)));
    }
}
