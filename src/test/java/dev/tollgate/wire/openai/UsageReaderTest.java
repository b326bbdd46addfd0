package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.ReportedUsage;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage as providers report it, read as part of their replies. */
class UsageReaderTest {

    /** Objects as they are documented by OpenAI, and one of a provider that is compatible. */
    @Nested
    class Golden {
        @Test
        void a_chat_takes_cached_audio_and_reasoning_tokens_out_of_the_totals() {
            assertThat(read("""
                            {"prompt_tokens": 1117, "completion_tokens": 46, "total_tokens": 1163,
                             "prompt_tokens_details": {"cached_tokens": 1024, "audio_tokens": 3},
                             "completion_tokens_details": {"reasoning_tokens": 20, "audio_tokens": 6,
                               "accepted_prediction_tokens": 5, "rejected_prediction_tokens": 4}}
                            """))
                    .isEqualTo(trusted("Usage[input=90, cached_input=1024, audio_input=3, "
                            + "output=20, reasoning=20, audio_output=6]"));
        }

        @Test
        void a_response_counts_the_same_under_other_names() {
            assertThat(read("""
                            {"input_tokens": 81, "input_tokens_details": {"cached_tokens": 1, "cache_write_tokens": 30},
                             "output_tokens": 1035, "output_tokens_details": {"reasoning_tokens": 832},
                             "total_tokens": 1116}
                            """))
                    .isEqualTo(trusted("Usage[input=50, cached_input=1, cache_write=30, output=203, reasoning=832]"));
        }

        @Test
        void what_is_written_for_hours_is_apart_from_what_is_written_for_minutes() {
            assertThat(read("""
                            {"input_tokens": 81, "output_tokens": 9, "input_tokens_details": {"cached_tokens": 1,
                             "cache_write_tokens": 30, "cache_write_tokens_details": {"ttl_30m_tokens": 20,
                             "ttl_12h_tokens": 10}}, "output_tokens_details": {"reasoning_tokens": 0}}
                            """))
                    .isEqualTo(
                            trusted("Usage[input=50, cached_input=1, cache_write=20, cache_write_long=10, output=9]"));
        }

        @Test
        void what_was_cached_is_split_by_kind_where_the_provider_says_so() {
            assertThat(read("""
                            {"total_tokens": 253, "input_tokens": 132, "output_tokens": 121,
                             "input_token_details": {"text_tokens": 119, "audio_tokens": 13, "cached_tokens": 64,
                              "cached_tokens_details": {"text_tokens": 60, "audio_tokens": 4}},
                             "output_token_details": {"text_tokens": 30, "audio_tokens": 91}}
                            """))
                    .isEqualTo(trusted(
                            "Usage[input=59, cached_input=60, audio_input=9, cached_audio_input=4, output=121]"));
        }

        @Test
        void embeddings_have_no_output() {
            assertThat(read("{\"prompt_tokens\": 8, \"total_tokens\": 8}")).isEqualTo(trusted("Usage[input=8]"));
        }

        @Test
        void a_transcription_by_tokens_has_audio_in() {
            assertThat(read("""
                            {"type": "tokens", "input_tokens": 14, "input_token_details": {"text_tokens": 4,
                             "audio_tokens": 10}, "output_tokens": 101, "total_tokens": 115}
                            """)).isEqualTo(trusted("Usage[input=4, audio_input=10, output=101]"));
        }

        @ParameterizedTest
        @CsvSource({"9, 9", "8.47, 9", "0.001, 1", "0, 0", "60.0, 60", "1e2, 100"})
        void a_transcription_by_time_counts_each_second_that_began(String seconds, long counted) {
            ReportedUsage usage = read("{\"type\": \"duration\", \"seconds\": " + seconds + "}");
            assertThat(usage.trusted()).isTrue();
            assertThat(usage.usage().count(Meter.SECOND)).isEqualTo(counted);
            assertThat(usage.usage().totalTokens()).isZero();
        }

        @Test
        void images_have_image_tokens_in_and_out() {
            assertThat(read("""
                            {"total_tokens": 4100, "input_tokens": 50, "output_tokens": 4050,
                             "input_tokens_details": {"text_tokens": 10, "image_tokens": 40},
                             "output_tokens_details": {"text_tokens": 50, "image_tokens": 4000}}
                            """)).isEqualTo(trusted("Usage[input=10, image_input=40, output=50, image_output=4000]"));
        }

        @Test
        void deepseek_reports_its_cache_beside_the_total() {
            assertThat(read("""
                            {"prompt_tokens": 3000, "completion_tokens": 500, "total_tokens": 3500,
                             "prompt_tokens_details": {"cached_tokens": 2048},
                             "completion_tokens_details": {"reasoning_tokens": 300},
                             "prompt_cache_hit_tokens": 2048, "prompt_cache_miss_tokens": 952}
                            """)).isEqualTo(trusted("Usage[input=952, cached_input=2048, output=200, reasoning=300]"));
        }

        @Test
        void xai_reports_reasoning_beside_the_completion() {
            assertThat(read("""
                            {"prompt_tokens": 32, "completion_tokens": 9, "total_tokens": 135,
                             "prompt_tokens_details": {"text_tokens": 32, "audio_tokens": 0, "image_tokens": 0,
                              "cached_tokens": 6},
                             "completion_tokens_details": {"reasoning_tokens": 94, "audio_tokens": 0}, "num_sources_used": 0}
                            """)).isEqualTo(trusted("Usage[input=26, cached_input=6, output=9, reasoning=94]"));
        }

        @Test
        void gemini_reports_thoughts_in_the_total_alone() {
            assertThat(read("{\"prompt_tokens\": 20, \"completion_tokens\": 198, \"total_tokens\": 623}"))
                    .isEqualTo(trusted("Usage[input=20, output=198, reasoning=405]"));
        }

        @Test
        void calls_of_tools_at_the_provider_are_counted_where_they_are_reported() {
            assertThat(read("""
                            {"input_tokens": 7583, "input_tokens_details": {"cached_tokens": 3072},
                             "output_tokens": 3192, "output_tokens_details": {"reasoning_tokens": 0},
                             "total_tokens": 10775, "num_sources_used": 0, "num_server_side_tools_used": 9,
                             "cost_in_usd_ticks": 292331500,
                             "server_side_tool_usage_details": {"web_search_calls": 1, "x_search_calls": 3,
                              "code_interpreter_calls": 2, "file_search_calls": 2, "mcp_calls": 7,
                              "document_search_calls": 1}, "context_details": {"input_tokens": 5993, "output_tokens": 2995}}
                            """))
                    .isEqualTo(trusted("Usage[input=4511, cached_input=3072, output=3192, "
                            + "web_search=4, file_search=3, code_session=2]"));
        }

        @Test
        void mistral_reports_seconds_of_audio_beside_tokens() {
            assertThat(read("""
                            {"prompt_audio_seconds": 203, "prompt_tokens": 4, "total_tokens": 101, "completion_tokens": 97}
                            """)).isEqualTo(trusted("Usage[input=4, output=97, second=203]"));
        }

        @Test
        void together_reports_cached_tokens_without_details() {
            assertThat(read("{\"prompt_tokens\": 100, \"completion_tokens\": 5, \"cached_tokens\": 64}"))
                    .isEqualTo(trusted("Usage[input=36, cached_input=64, output=5]"));
        }

        @Test
        void a_count_given_twice_is_believed_where_both_agree() {
            assertThat(read("{\"prompt_tokens\": 100, \"input_tokens\": 100, \"completion_tokens\": 5}"))
                    .isEqualTo(trusted("Usage[input=100, output=5]"));
        }

        @Test
        void null_counts_and_null_details_are_zero() {
            assertThat(read("""
                            {"prompt_tokens": 9, "completion_tokens": null, "prompt_tokens_details": null,
                             "completion_tokens_details": {"reasoning_tokens": null, "audio_tokens": 0}, "seconds": null}
                            """)).isEqualTo(trusted("Usage[input=9]"));
        }

        @Test
        void what_is_not_known_does_not_matter() {
            assertThat(read("""
                            {"queue_time": 0.03, "prompt_tokens": 18, "prompt_time": -5, "completion_tokens": 2,
                             "x_groq": {"prompt_tokens": 1e99}, "cost_in_usd_ticks": [1], "num_sources_used": "?"}
                            """)).isEqualTo(trusted("Usage[input=18, output=2]"));
        }

        @Test
        void an_empty_object_is_no_usage() {
            assertThat(read("{}")).isEqualTo(trusted("Usage[]"));
        }

        @Test
        void the_largest_count_that_is_believed_is_two_to_the_31st() {
            assertThat(read("{\"prompt_tokens\": 2147483648}")).isEqualTo(trusted("Usage[input=2147483648]"));
        }
    }

    @Nested
    class Lies {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "-1",
                    "1.5",
                    "1e3",
                    "1099511627776",
                    "2147483649",
                    "9223372036854775808",
                    "\"12\"",
                    "true",
                    "[12]",
                    "{\"tokens\":12}"
                })
        void a_count_that_can_not_be_is_zero_and_not_trusted(String count) {
            for (String name : new String[] {"prompt_tokens", "output_tokens"}) {
                assertThat(read("{\"" + name + "\":" + count + "}"))
                        .isEqualTo(new ReportedUsage(Usage.NONE, /* trusted= */ false));
            }
            ReportedUsage usage = read("{\"prompt_tokens\":7,\"prompt_tokens_details\":{\"cached_tokens\":" + count
                    + "},\"completion_tokens\":5}");
            assertThat(usage.trusted()).isFalse();
            assertThat(usage.usage()).hasToString("Usage[input=7, output=5]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"-0.5", "1e400", "3000000000", "\"8\"", "{}", "[[1]]"})
        void seconds_that_can_not_be_are_zero_and_not_trusted(String seconds) {
            assertThat(read("{\"seconds\":" + seconds + ",\"input_tokens\":3}").usage())
                    .hasToString("Usage[input=3]");
            assertThat(read("{\"seconds\":" + seconds + "}").trusted()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"prompt_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":11}}",
                    "{\"prompt_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":6,\"audio_tokens\":5}}",
                    "{\"prompt_tokens_details\":{\"cached_tokens\":1}}",
                    "{\"completion_tokens\":10,\"completion_tokens_details\":{\"reasoning_tokens\":11}}",
                    "{\"output_tokens\":2,\"output_tokens_details\":{\"image_tokens\":2,\"audio_tokens\":1}}"
                })
        void parts_larger_than_their_total_are_not_trusted(String usage) {
            assertThat(read(usage).trusted()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"prompt_tokens\":10,\"prompt_tokens\":11}",
                    "{\"prompt_tokens\":10,\"input_tokens\":11}",
                    "{\"prompt_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":4,\"cached_tokens\":5}}",
                    "{\"prompt_tokens\":10,\"prompt_tokens_details\":{\"cached_tokens\":4},\"prompt_cache_hit_tokens\":5}"
                })
        void two_different_counts_of_one_thing_are_not_trusted(String usage) {
            assertThat(read(usage).trusted()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":14}",
                    "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":18,"
                            + "\"completion_tokens_details\":{\"reasoning_tokens\":2}}",
                    "{\"prompt_tokens\":10,\"prompt_cache_hit_tokens\":4,\"prompt_cache_miss_tokens\":7}",
                    "{\"input_tokens\":9,\"input_tokens_details\":{\"cache_write_tokens\":4,"
                            + "\"cache_write_tokens_details\":{\"ttl_12h_tokens\":5}}}"
                })
        void sums_that_do_not_add_up_are_not_trusted(String usage) {
            assertThat(read(usage).trusted()).isFalse();
        }

        @Test
        void output_without_input_is_not_trusted() {
            assertThat(read("{\"completion_tokens\":5}").trusted()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"7", "\"many\"", "[]", "true"})
        void a_usage_that_is_no_object_is_not_trusted(String usage) {
            assertThat(read(usage)).isEqualTo(new ReportedUsage(Usage.NONE, /* trusted= */ false));
        }

        @Test
        void details_that_are_no_object_are_left_aside() {
            assertThat(read("{\"prompt_tokens\":5,\"prompt_tokens_details\":[{\"cached_tokens\":3}],"
                            + "\"completion_tokens_details\":\"none\"}"))
                    .isEqualTo(trusted("Usage[input=5]"));
        }

        @Test
        void any_usage_is_read_without_failing_and_what_is_trusted_adds_up() {
            Seeds.each(20_000, random -> {
                String usage = "{\"prompt_tokens\":" + anyCount(random) + ",\"completion_tokens\":" + anyCount(random)
                        + ",\"prompt_tokens_details\":{\"cached_tokens\":" + anyCount(random) + ",\"audio_tokens\":"
                        + anyCount(random) + "},\"completion_tokens_details\":{\"reasoning_tokens\":" + anyCount(random)
                        + "},\"seconds\":" + anyCount(random) + "}";
                ReportedUsage read = read(usage);
                assertThat(read.usage().totalTokens()).isBetween(0L, 10L << 31);
            });
        }

        private static String anyCount(Random random) {
            return switch (random.nextInt(4)) {
                case 0 -> Long.toString(random.nextLong() >> random.nextInt(64));
                case 1 -> new RandomJson(random).value();
                default -> Integer.toString(random.nextInt(100));
            };
        }
    }

    private static ReportedUsage read(String usage) {
        byte[] reply = ("{\"id\":\"x\",\"usage\":" + usage + ",\"model\":\"m\"}").getBytes(UTF_8);
        ReplyReader reader = new ReplyReader();
        assertThat(reader.read(reply, 0, reply.length)).isTrue();
        assertThat(reader.model()).isEqualTo("m");
        return requireNonNull(reader.usage());
    }

    /** A usage as its text says it, of counts that are all believed. */
    private static ReportedUsage trusted(String text) {
        Usage.Builder usage = Usage.builder();
        String counts = text.substring("Usage[".length(), text.length() - 1);
        for (String count : counts.isEmpty() ? new String[0] : counts.split(", ")) {
            String[] parts = count.split("=");
            usage.set(Meter.ofLabel(parts[0]), Long.parseLong(parts[1]));
        }
        return new ReportedUsage(usage.build(), /* trusted= */ true);
    }
}
