package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Usage;
import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyReaderTest {
    private final ReplyReader reader = new ReplyReader();

    @Nested
    class WholeReplies {
        @Test
        void of_a_chat_tell_model_tier_id_and_usage() {
            assertThat(read("""
                            {"id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-4o-2024-08-06",
                             "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello",
                               "tool_calls": [{"id": "call_1"}]}, "finish_reason": "stop"}],
                             "usage": {"prompt_tokens": 9, "completion_tokens": 2}, "service_tier": "default"}
                            """)).isTrue();
            assertThat(reader.id()).isEqualTo("chatcmpl-1");
            assertThat(reader.model()).isEqualTo("gpt-4o-2024-08-06");
            assertThat(reader.serviceTier()).isEqualTo("default");
            assertThat(usage()).hasToString("Usage[input=9, output=2]");
            assertThat(reader.hasError()).isFalse();
            assertThat(reader.itemIds()).isEmpty();
        }

        @Test
        void of_a_response_tell_the_items_in_it() {
            read("""
                    {"id": "resp_1", "error": null, "model": "gpt-5", "previous_response_id": "resp_0",
                     "output": [{"id": "rs_1", "type": "reasoning", "summary": [{"id": "deeper"}]},
                                {"type": "message", "content": [{"id": "deeper", "text": "x"}], "id": "msg_1"},
                                {"type": "message", "id": null}],
                     "usage": {"input_tokens": 5, "output_tokens": 1}}
                    """);
            assertThat(reader.id()).isEqualTo("resp_1");
            assertThat(reader.itemIds()).containsExactly("rs_1", "msg_1");
            assertThat(reader.hasError()).isFalse();
        }

        @Test
        void of_a_response_tell_what_is_billed_of_tools_beside_the_usage() {
            read("""
                    {"output": [{"type": "web_search_call", "id": "ws_1", "action": {"type": "search", "sources": [{}]}},
                                {"type": "web_search_call", "id": "ws_2", "action": {"type": "open_page", "url": "x"}},
                                {"id": "ws_3", "status": "completed", "type": "web_search_call"},
                                {"type": "file_search_call", "queries": ["a", {"type": "web_search_call"}]},
                                {"type": "code_interpreter_call", "container_id": "cntr_1"},
                                {"type": "code_interpreter_call", "container_id": "cntr_2"},
                                {"type": "code_interpreter_call", "container_id": "cntr_1"},
                                {"type": "message", "action": [], "container_id": 3}, "odd"],
                     "usage": {"input_tokens": 5, "output_tokens": 1}}
                    """);
            assertThat(usage()).hasToString("Usage[input=5, output=1, web_search=2, file_search=1, code_session=2]");
            assertThat(reader.itemIds()).containsExactly("ws_1", "ws_2", "ws_3");
        }

        @Test
        void that_report_the_use_of_tools_count_it_once() {
            read("""
                    {"output": [{"type": "web_search_call"}, {"type": "web_search_call"}, {"type": "web_search_call"}],
                     "usage": {"input_tokens": 5, "output_tokens": 1,
                       "server_side_tool_usage_details": {"web_search_calls": 2}}}
                    """);
            assertThat(usage()).hasToString("Usage[input=5, output=1, web_search=2]");
        }

        @Test
        void of_a_stream_of_groq_tell_usage_in_a_member_of_its_own() {
            read("""
                    {"id": "chatcmpl-1", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}],
                     "x_groq": {"id": "req_1", "usage": {"queue_time": 0.01, "prompt_tokens": 18, "completion_tokens": 5,
                       "total_tokens": 23}}}
                    """);
            assertThat(usage()).hasToString("Usage[input=18, output=5]");
            assertThat(reader.usageIsObject()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"null", "7", "[{\"usage\": {}}]", "{}", "{\"usage\": null}", "{\"usage\": [3]}"})
        void of_groq_tell_nothing_where_its_member_has_no_usage(String member) {
            assertThat(read("{\"x_groq\": " + member + ", \"model\": \"m\"}")).isTrue();
            assertThat(reader.usage()).isNull();
            assertThat(reader.model()).isEqualTo("m");
        }

        @Test
        void of_a_list_tell_what_is_listed() {
            read("{\"object\":\"list\",\"data\":[{\"id\":\"file-1\"},{\"id\":\"file-2\"}],\"has_more\":false}");
            assertThat(reader.itemIds()).containsExactly("file-1", "file-2");
        }

        @Test
        void of_embeddings_have_numbers_in_their_data() {
            read("{\"data\":[{\"embedding\":[0.1,-2e-3],\"index\":0}],\"usage\":{\"prompt_tokens\":8}}");
            assertThat(reader.itemIds()).isEmpty();
            assertThat(usage()).hasToString("Usage[input=8]");
        }

        @Test
        void that_list_more_than_any_are_read_to_a_bound() {
            String items = IntStream.rangeClosed(1, 10_001)
                    .mapToObj(i -> "{\"id\":\"" + i + "\"}")
                    .collect(Collectors.joining(","));
            read("{\"data\":[" + items + "]}");
            assertThat(reader.itemIds()).hasSize(10_000).endsWith("10000");
        }

        @Test
        void that_are_errors_say_so() {
            read("{\"error\":{\"message\":\"no\",\"usage\":{\"prompt_tokens\":1}}}");
            assertThat(reader.hasError()).isTrue();
            assertThat(reader.usage()).isNull();
        }

        @Test
        void that_are_errors_have_a_code_where_it_is_one() {
            read("{\"error\":{\"message\":\"no\",\"code\":\"rate_limit_exceeded\",\"param\":{\"code\":\"deeper\"}}}");
            assertThat(reader.errorCode()).isEqualTo("rate_limit_exceeded");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"you said: hello\"", "\"\"", "\"ä\"", "429", "null", "{}", "\"a\\u0000b\""})
        void that_are_errors_have_no_words_of_the_provider_for_a_code(String code) {
            assertThat(read("{\"error\":{\"code\":" + code + "}}")).isTrue();
            assertThat(reader.hasError()).isTrue();
            assertThat(reader.errorCode()).isNull();
        }

        @Test
        void keep_their_usage_as_it_came() {
            read("{\"usage\": {\"prompt_tokens\" : 8, \"new\":[1.5,{\"tier1\":null}]} }");
            assertThat(reader.rawUsage()).isEqualTo("{\"prompt_tokens\" : 8, \"new\":[1.5,{\"tier1\":null}]}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"\\u0000\"", "\"\\ud834\"", "\"ä\"", "1e999999", "1E5", "\"a\\\"b\""})
        void do_not_keep_usage_that_could_not_be_stored_everywhere(String value) {
            read("{\"usage\":{\"prompt_tokens\":8,\"x\":" + value + "}}");
            assertThat(usage()).hasToString("Usage[input=8]");
            assertThat(reader.rawUsage()).isNull();
        }

        @Test
        void keep_usage_of_up_to_four_kibibytes() {
            String longest = "{\"x\":\"" + "x".repeat(4_096 - 8) + "\"}";
            read("{\"usage\":" + longest + "}");
            assertThat(reader.rawUsage()).isEqualTo(longest);
            read("{\"usage\":" + longest.replace("\"}", "x\"}") + "}");
            assertThat(reader.rawUsage()).isNull();
        }

        @Test
        void with_usage_deeper_down_have_none() {
            read(
                    "{\"choices\":[{\"usage\":{\"prompt_tokens\":1}}],\"x\":{\"usage\":{\"prompt_tokens\":1},\"model\":\"m\"}}");
            assertThat(reader.usage()).isNull();
            assertThat(reader.model()).isNull();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "<html>", "[]", "\"text\"", "{\"usage\":{\"prompt_tokens\":1}", "{} {}", "null"})
        void that_are_no_objects_of_JSON_are_told(String reply) {
            assertThat(read(reply)).isFalse();
        }
    }

    @Nested
    class Streams {
        @Test
        void leave_the_last_word_on_each_fact() {
            read("{\"id\":\"a\",\"model\":\"m1\",\"usage\":null,\"service_tier\":\"auto\",\"choices\":[]}");
            read("{\"id\":null,\"model\":\"m2\",\"usage\":{\"prompt_tokens\":1}}");
            read("{\"usage\":{\"prompt_tokens\":2},\"service_tier\":\"flex\"}");
            read("{\"usage\":null}");
            assertThat(reader.id()).isEqualTo("a");
            assertThat(reader.model()).isEqualTo("m2");
            assertThat(reader.serviceTier()).isEqualTo("flex");
            assertThat(usage()).hasToString("Usage[input=2]");
        }

        @Test
        void of_responses_carry_the_facts_inside() {
            read("{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-5\",\"usage\":null}}");
            assertThat(reader.usage()).isNull();
            read("""
                    {"type": "response.completed", "response": {"id": "resp_1", "error": null,
                     "output": [{"id": "msg_1"}], "service_tier": "priority",
                     "usage": {"input_tokens": 3, "output_tokens": 4}}}
                    """);
            assertThat(reader.id()).isEqualTo("resp_1");
            assertThat(reader.model()).isEqualTo("gpt-5");
            assertThat(reader.serviceTier()).isEqualTo("priority");
            assertThat(reader.itemIds()).containsExactly("msg_1");
            assertThat(usage()).hasToString("Usage[input=3, output=4]");
        }

        @Test
        void of_chats_have_their_text_counted_by_pieces() {
            read("{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
            read("{\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}");
            read("{\"choices\":[{\"delta\":{\"reasoning_content\":\"abc\"}},{\"delta\":{\"content\":\"lo\"}}]}");
            read("{\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"a\\\"\"}}]}}]}");
            read("{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}");
            assertThat(reader.textPieces()).isEqualTo(3);
            assertThat(reader.textBytes()).isEqualTo("Helabclo{\\\"a\\\"".length());
        }

        @Test
        void of_responses_have_their_deltas_counted() {
            read("{\"type\":\"response.output_text.delta\",\"delta\":\"Hello\"}");
            read("{\"type\":\"response.output_text.done\",\"text\":\"Hello\"}");
            assertThat(reader.textPieces()).isEqualTo(1);
            assertThat(reader.textBytes()).isEqualTo(5);
        }
    }

    @Test
    void any_bytes_are_read_without_failing() {
        Seeds.each(20_000, random -> {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            assertThat(reader.read(bytes, 0, bytes.length)).isFalse();
        });
    }

    @Test
    void any_reply_is_read_without_failing_whatever_stands_in_its_members() {
        String[] names = {"usage", "choices", "model", "id", "output", "data", "response", "delta", "error", "x"};
        Seeds.each(20_000, random -> {
            RandomJson json = new RandomJson(random);
            StringBuilder reply = new StringBuilder("{\"x\":0");
            for (int i = random.nextInt(5); i >= 0; i--) {
                String value = random.nextInt(4) == 0
                        ? "{\"" + names[random.nextInt(names.length)] + "\":" + json.value() + "}"
                        : json.value();
                reply.append(",\"")
                        .append(names[random.nextInt(names.length)])
                        .append("\":")
                        .append(value);
            }
            String whole = reply.append("}").toString();
            assertThat(read(whole)).as(whole).isTrue();
            assertThat(read(whole.substring(0, random.nextInt(whole.length())))).isFalse();
        });
    }

    private Usage usage() {
        return requireNonNull(reader.usage()).usage();
    }

    private boolean read(String reply) {
        byte[] bytes = ("..." + reply + "}").getBytes(UTF_8);
        return reader.read(bytes, 3, bytes.length - 1);
    }
}
