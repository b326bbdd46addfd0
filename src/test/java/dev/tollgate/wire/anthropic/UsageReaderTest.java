package dev.tollgate.wire.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.json.JsonCursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageReaderTest {
    private final UsageReader reader = new UsageReader();

    @Test
    void input_has_neither_what_was_read_from_the_cache_nor_what_was_written_to_it() {
        read("""
                {"input_tokens": 2048, "cache_creation_input_tokens": 248, "cache_read_input_tokens": 1800,
                 "output_tokens": 503, "service_tier": "standard", "inference_geo": "global"}
                """);
        assertReads("Usage[input=2048, cached_input=1800, cache_write=248, output=503]", true);
        assertThat(reader.serviceTier()).isEqualTo("standard");
    }

    @Test
    void what_is_written_is_split_by_how_long_it_is_kept() {
        read("""
                {"input_tokens": 3, "cache_creation_input_tokens": 556, "cache_read_input_tokens": 0,
                 "cache_creation": {"ephemeral_5m_input_tokens": 456, "ephemeral_1h_input_tokens": 100},
                 "output_tokens": 8}
                """);
        assertReads("Usage[input=3, cache_write=456, cache_write_long=100, output=8]", true);
    }

    @Test
    void searches_are_counted_and_fetches_are_free() {
        read("""
                {"input_tokens": 105, "output_tokens": 6039, "cache_read_input_tokens": 7123,
                 "cache_creation_input_tokens": 0, "cache_creation": null,
                 "server_tool_use": {"web_search_requests": 2, "web_fetch_requests": 4}}
                """);
        assertReads("Usage[input=105, cached_input=7123, output=6039, web_search=2]", true);
    }

    @Test
    void a_stream_tells_its_input_first_and_its_running_output_later() {
        read(
                "{\"input_tokens\": 2679, \"cache_creation_input_tokens\": 0, \"cache_read_input_tokens\": 5, \"output_tokens\": 3}");
        read("{\"output_tokens\": 200}");
        read("{\"input_tokens\": 10682, \"output_tokens\": 510, \"server_tool_use\": {\"web_search_requests\": 1}}");
        assertReads("Usage[input=10682, cached_input=5, output=510, web_search=1]", true);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "standard, null, standard",
                "batch, null, batch",
                "priority, null, scale",
                "standard, fast, fast",
                "standard, standard, standard",
                "null, null, null"
            })
    void tiers_are_told_in_the_words_of_the_gateway(String tier, String speed, String expected) {
        read("{\"input_tokens\":1,\"output_tokens\":1,\"service_tier\":" + quoted(tier) + ",\"speed\":" + quoted(speed)
                + "}");
        assertThat(reader.serviceTier()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"input_tokens\": 5}",
                "{\"output_tokens\": 5}",
                "{\"input_tokens\": -1, \"output_tokens\": 5}",
                "{\"input_tokens\": 1.5, \"output_tokens\": 5}",
                "{\"input_tokens\": 1099511627776, \"output_tokens\": 5}",
                "{\"input_tokens\": \"7\", \"output_tokens\": 5}",
                "{\"input_tokens\": 7, \"input_tokens\": 8, \"output_tokens\": 5}",
                "{\"input_tokens\": 7, \"output_tokens\": 5, \"cache_creation_input_tokens\": 9,"
                        + " \"cache_creation\": {\"ephemeral_5m_input_tokens\": 4, \"ephemeral_1h_input_tokens\": 4}}",
                "{\"input_tokens\": 7, \"output_tokens\": 5, \"server_tool_use\": {\"web_search_requests\": -2}}"
            })
    void what_can_not_be_or_misses_something_is_not_trusted(String usage) {
        read(usage);
        assertThat(reader.usage().trusted()).isFalse();
    }

    @Test
    void words_that_are_no_words_do_not_matter() {
        read("{\"input_tokens\": 7, \"output_tokens\": 5, \"service_tier\": {\"a\": []}, \"speed\": 3, \"x\": [{}]}");
        assertReads("Usage[input=7, output=5]", true);
        assertThat(reader.serviceTier()).isNull();
    }

    @Test
    void any_usage_is_read_without_failing() {
        Seeds.each(20_000, random -> {
            UsageReader any = new UsageReader();
            any.read(entered("{\"input_tokens\":" + new RandomJson(random).value() + ",\"cache_creation\":"
                    + new RandomJson(random).value() + ",\"service_tier\":" + new RandomJson(random).value()
                    + ",\"output_tokens\":" + random.nextLong() + "}"));
            assertThat(any.usage().usage().totalTokens()).isBetween(0L, 8L << 31);
        });
    }

    private void assertReads(String usage, boolean trusted) {
        assertThat(reader.usage().usage()).hasToString(usage);
        assertThat(reader.usage().trusted()).isEqualTo(trusted);
    }

    private void read(String usage) {
        reader.read(entered(usage));
    }

    private static JsonCursor entered(String json) {
        JsonCursor cursor = new JsonCursor(json.getBytes(UTF_8));
        cursor.next();
        return cursor;
    }

    private static String quoted(String word) {
        return word == null ? "null" : '"' + word + '"';
    }
}
