package dev.tollgate.wire.cohere;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.json.JsonCursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageReaderTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"billed_units": {"input_tokens": 5, "output_tokens": 418}, "tokens": {"input_tokens": 71, "output_tokens": 418}} | Usage[input=5, output=418]
            {"api_version": {"version": "2"}, "billed_units": {"search_units": 3}, "warnings": ["x"]} | Usage[search_unit=3]
            {"billed_units": {"images": 2, "input_tokens": 0}} | Usage[image=2]
            {"billed_units": {"input_tokens": 0}} | Usage[]
            """)
    void what_is_billed_counts_and_not_what_the_model_saw(String json, String usage) {
        ReportedUsage read = read(json);
        assertThat(read.usage()).hasToString(usage);
        assertThat(read.trusted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"billed_units\": null}",
                "{\"billed_units\": [1]}",
                "{\"billed_units\": {\"output_tokens\": 5}}",
                "{\"billed_units\": {\"input_tokens\": -5}}",
                "{\"billed_units\": {\"input_tokens\": 0.5}}",
                "{\"billed_units\": {\"search_units\": 1099511627776}}",
                "{\"billed_units\": {\"search_units\": 1}, \"billed_units\": {\"search_units\": 2}}",
                "{\"tokens\": {\"input_tokens\": 71}}"
            })
    void what_can_not_be_or_is_missing_is_not_trusted(String json) {
        assertThat(read(json).trusted()).isFalse();
    }

    @Test
    void any_usage_is_read_without_failing() {
        Seeds.each(20_000, random -> {
            ReportedUsage usage =
                    read("{\"billed_units\":{\"input_tokens\":" + new RandomJson(random).value() + ",\"search_units\":"
                            + random.nextLong() + "},\"tokens\":" + new RandomJson(random).value() + "}");
            assertThat(usage.usage().totalTokens()).isBetween(0L, 1L << 31);
        });
    }

    private static ReportedUsage read(String json) {
        JsonCursor cursor = new JsonCursor(json.getBytes(UTF_8));
        cursor.next();
        return new UsageReader().read(cursor);
    }
}
