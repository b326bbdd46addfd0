package dev.tollgate.wire.bedrock;

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
            {"inputTokens": 30, "outputTokens": 628, "totalTokens": 658} | Usage[input=30, output=628]
            {"inputTokens": 30, "outputTokens": 6, "cacheReadInputTokens": 5, "cacheWriteInputTokens": 9} | Usage[input=30, cached_input=5, cache_write=9, output=6]
            {"inputTokens": 3, "outputTokens": 6, "cacheWriteInputTokens": 9, "cacheDetails": [{"ttl": "1h", "inputTokens": 4}, {"inputTokens": 5, "ttl": "5m"}]} | Usage[input=3, cache_write=5, cache_write_long=4, output=6]
            {"inputTokens": 3, "outputTokens": 6, "cacheDetails": [], "x": [{}]} | Usage[input=3, output=6]
            """)
    void input_has_neither_what_was_read_from_the_cache_nor_what_was_written_to_it(String json, String usage) {
        ReportedUsage read = read(json);
        assertThat(read.usage()).hasToString(usage);
        assertThat(read.trusted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"inputTokens\": 5}",
                "{\"outputTokens\": 5}",
                "{\"inputTokens\": -5, \"outputTokens\": 5}",
                "{\"inputTokens\": 0.5, \"outputTokens\": 5}",
                "{\"inputTokens\": 1099511627776, \"outputTokens\": 5}",
                "{\"inputTokens\": 4, \"inputTokens\": 5, \"outputTokens\": 5}",
                "{\"inputTokens\": 4, \"outputTokens\": 5, \"cacheDetails\": [{\"ttl\": \"1h\", \"inputTokens\": 4}]}",
                "{\"inputTokens\": 4, \"outputTokens\": 5, \"cacheDetails\": [{\"ttl\": \"1h\", \"inputTokens\": -4}]}",
                "{\"inputTokens\": 4, \"outputTokens\": 5, \"cacheDetails\": [4]}",
                "{\"inputTokens\": 4, \"outputTokens\": 5, \"cacheDetails\": [[{}]]}"
            })
    void what_can_not_be_or_is_missing_is_not_trusted(String json) {
        assertThat(read(json).trusted()).isFalse();
    }

    @Test
    void any_usage_is_read_without_failing() {
        Seeds.each(20_000, random -> {
            ReportedUsage usage = read("{\"inputTokens\":" + new RandomJson(random).value() + ",\"cacheDetails\":"
                    + new RandomJson(random).value() + ",\"cacheDetails\":[{\"ttl\":" + new RandomJson(random).value()
                    + ",\"inputTokens\":" + random.nextLong() + "}]}");
            assertThat(usage.usage().totalTokens()).isBetween(0L, 4L << 31);
        });
    }

    private static ReportedUsage read(String json) {
        JsonCursor cursor = new JsonCursor(json.getBytes(UTF_8));
        cursor.next();
        return new UsageReader().read(cursor);
    }
}
