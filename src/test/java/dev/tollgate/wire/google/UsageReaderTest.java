package dev.tollgate.wire.google;

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
    @Test
    void the_prompt_has_the_cached_tokens_in_it_and_the_candidates_have_no_thoughts() {
        assertReads("""
                {"promptTokenCount": 1200, "cachedContentTokenCount": 1000, "candidatesTokenCount": 198,
                 "thoughtsTokenCount": 405, "totalTokenCount": 1803,
                 "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 1200}],
                 "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 1000}]}
                """, "Usage[input=200, cached_input=1000, output=198, reasoning=405]");
    }

    @Test
    void what_comes_in_is_split_by_kind() {
        assertReads("""
                {"promptTokenCount": 1700, "candidatesTokenCount": 10, "totalTokenCount": 1710,
                 "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 100}, {"modality": "AUDIO", "tokenCount": 400},
                   {"tokenCount": 258, "modality": "IMAGE"}, {"modality": "IMAGE", "tokenCount": 142},
                   {"modality": "VIDEO", "tokenCount": 700}, {"modality": "DOCUMENT", "tokenCount": 100}]}
                """, "Usage[input=200, audio_input=400, image_input=400, video_input=700, output=10]");
    }

    @Test
    void what_was_cached_is_split_by_kind() {
        assertReads(
                """
                {"promptTokenCount": 1700, "cachedContentTokenCount": 1000, "totalTokenCount": 1700,
                 "promptTokensDetails": [{"modality": "AUDIO", "tokenCount": 400}, {"modality": "IMAGE", "tokenCount": 300},
                   {"modality": "VIDEO", "tokenCount": 500}, {"modality": "TEXT", "tokenCount": 500}],
                 "cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 100}, {"modality": "IMAGE", "tokenCount": 200},
                   {"modality": "VIDEO", "tokenCount": 300}, {"modality": "TEXT", "tokenCount": 400}]}
                """,
                "Usage[input=100, cached_input=700, audio_input=300, cached_audio_input=100, image_input=100, "
                        + "cached_image_input=200, video_input=200]");
    }

    @Test
    void what_comes_out_is_split_by_kind() {
        assertReads("""
                {"promptTokenCount": 12, "candidatesTokenCount": 1310, "totalTokenCount": 1322,
                 "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": 1290}, {"modality": "AUDIO", "tokenCount": 5}]}
                """, "Usage[input=12, output=15, audio_output=5, image_output=1290]");
    }

    @Test
    void what_tools_put_into_the_prompt_is_input() {
        assertReads("""
                {"promptTokenCount": 18, "toolUsePromptTokenCount": 980, "candidatesTokenCount": 50, "totalTokenCount": 1048}
                """, "Usage[input=998, output=50]");
    }

    @ParameterizedTest
    @CsvSource({"FLEX, flex", "priority, priority", "STANDARD, standard"})
    void the_tier_is_told_in_small_letters(String wire, String tier) {
        UsageReader reader = new UsageReader();
        reader.read(entered("{\"promptTokenCount\":1,\"serviceTier\":\"" + wire + "\"}"));
        assertThat(reader.serviceTier()).isEqualTo(tier);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"candidatesTokenCount\": 5}",
                "{\"promptTokenCount\": -5}",
                "{\"promptTokenCount\": 5.5}",
                "{\"promptTokenCount\": 1099511627776}",
                "{\"promptTokenCount\": 5, \"promptTokenCount\": 6}",
                "{\"promptTokenCount\": 5, \"cachedContentTokenCount\": 6}",
                "{\"promptTokenCount\": 5, \"candidatesTokenCount\": 5, \"totalTokenCount\": 11}",
                "{\"promptTokenCount\": 5, \"promptTokensDetails\": [{\"modality\": \"AUDIO\", \"tokenCount\": 6}]}",
                "{\"promptTokenCount\": 5, \"promptTokensDetails\": [{\"modality\": \"AUDIO\", \"tokenCount\": -1}]}",
                "{\"promptTokenCount\": 5, \"promptTokensDetails\": [7]}",
                "{\"promptTokenCount\": 5, \"promptTokensDetails\": [[{\"tokenCount\": 1}]]}",
                "{\"promptTokenCount\": 5, \"cacheTokensDetails\": [{\"modality\": \"IMAGE\", \"tokenCount\": 1}]}",
                "{\"promptTokenCount\": 5, \"candidatesTokenCount\": 1,"
                        + " \"candidatesTokensDetails\": [{\"modality\": \"IMAGE\", \"tokenCount\": 2}]}"
            })
    void what_can_not_be_is_not_trusted(String usage) {
        assertThat(new UsageReader().read(entered(usage)).trusted()).isFalse();
    }

    @Test
    void what_is_not_known_does_not_matter() {
        assertReads("""
                {"promptTokenCount": 5, "promptTokensDetails": {"a": 1}, "trafficType": "ON_DEMAND", "x": [{}],
                 "serviceTier": ["a"], "candidatesTokensDetails": [{"modality": ["SMELL"], "tokenCount": 3, "y": {}},
                 {"modality": "TASTE", "tokenCount": 9}]}
                """, "Usage[input=5]");
    }

    @Test
    void any_usage_is_read_without_failing() {
        Seeds.each(20_000, random -> {
            ReportedUsage usage = new UsageReader()
                    .read(entered("{\"promptTokenCount\":" + random.nextInt(100) + ",\"promptTokensDetails\":"
                            + new RandomJson(random).value() + ",\"cacheTokensDetails\":[{\"modality\":"
                            + new RandomJson(random).value() + ",\"tokenCount\":" + new RandomJson(random).value()
                            + "}],\"totalTokenCount\":" + new RandomJson(random).value() + "}"));
            assertThat(usage.usage().totalTokens()).isBetween(0L, 8L << 31);
        });
    }

    private static void assertReads(String json, String usage) {
        ReportedUsage read = new UsageReader().read(entered(json));
        assertThat(read.usage()).hasToString(usage);
        assertThat(read.trusted()).isTrue();
    }

    private static JsonCursor entered(String json) {
        JsonCursor cursor = new JsonCursor(json.getBytes(UTF_8));
        cursor.next();
        return cursor;
    }
}
