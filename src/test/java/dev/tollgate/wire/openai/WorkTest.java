package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.wire.Work;
import dev.tollgate.wire.Work.Caps;
import dev.tollgate.wire.Work.ServerTool;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkTest {
    @Nested
    class Text {
        @Test
        void is_as_long_as_the_whole_body_so_that_schemas_and_whatever_else_is_read_are_in_it() {
            String body = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hällo\"}],"
                    + "\"tools\":[{\"type\":\"function\",\"function\":{\"parameters\":{\"type\":\"object\"}}}]}";
            assertThat(read(Operation.CHAT, body)).isEqualTo(Work.text(body.getBytes(UTF_8).length));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}",
                    "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
                            + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                    "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"data:image/png;base64,aaaa\"}",
                    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\","
                            + "\"cache_control\":{\"type\":\"ephemeral\"}}]}"
                })
        void is_all_that_ordinary_messages_are_made_of(String message) {
            Work work = chat(message);
            assertThat(work.unseen()).isFalse();
            assertThat(work.mediaBytes()).isZero();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_data\":\"data:,a\"}}]}",
                    "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}",
                    "{\"role\":\"user\",\"content\":[{\"type\":\"hologram\"}]}",
                    "{\"role\":\"user\",\"content\":[{\"\\u0074ype\":\"video_url\"}]}",
                    "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"url\":\"x\"}}]}",
                    "{\"role\":\"assistant\",\"audio\":{\"id\":\"audio_1\"}}"
                })
        void is_not_all_where_a_message_has_what_is_not_known_to_be_text(String message) {
            assertThat(chat(message).unseen()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"previous_response_id\":\"resp_1\",\"input\":\"a\"",
                    "\"conversation\":{\"id\":\"conv_1\"},\"input\":\"a\"",
                    "\"prompt\":{\"id\":\"pmpt_1\"}",
                    "\"input\":[{\"type\":\"item_reference\",\"id\":\"msg_1\"}]",
                    "\"input\":[{\"id\":\"msg_1\"}]",
                    "\"input\":[{\"id\":\"msg_1\",\"type\":\"message\",\"content\":\"a\"},{\"id\":\"msg_2\"}]",
                    "\"input\":[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[]}]",
                    "\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_file\",\"file_url\":\"https://a\"}]}]"
                })
        void is_not_all_where_a_response_goes_on_with_what_the_provider_keeps(String members) {
            assertThat(response(members).unseen()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"previous_response_id\":null,\"conversation\":null,\"input\":\"a\"",
                    "\"input\":[{\"id\":\"msg_1\",\"type\":\"message\",\"content\":\"a\"}]",
                    "\"input\":[{\"type\":\"reasoning\",\"id\":\"rs_1\",\"encrypted_content\":\"gAAA\"}]",
                    "\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"x\"}]"
                })
        void is_all_where_a_response_brings_its_items_along(String members) {
            assertThat(response(members).unseen()).isFalse();
        }
    }

    @Nested
    class Media {
        @Test
        void are_images_counted_and_their_data_is_not_text() {
            Work work = chat("{\"role\":\"user\",\"content\":["
                    + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\",\"detail\":\"low\"}},"
                    + "{\"image_url\":{\"url\":\"https://example.org/a.png\"},\"type\":\"image_url\"},"
                    + "{\"type\":\"image_url\",\"image_url\":\"data:,B\"}]}");
            assertThat(work.images()).isEqualTo(3);
            assertThat(work.mediaBytes()).isEqualTo("data:image/png;base64,AAAA".length() + "data:,B".length());
            assertThat(work.unseen()).isFalse();
        }

        @Test
        void are_sounds_by_their_bytes() {
            Work work = chat("{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":"
                    + "{\"data\":\"UklGRg==\",\"format\":\"wav\"}}]}");
            assertThat(work.soundBytes()).isEqualTo(8);
            assertThat(work.mediaBytes()).isEqualTo(8);
            assertThat(work.unseen()).isFalse();
        }

        @Test
        void in_a_text_that_only_looks_like_them_are_text() {
            Work work =
                    chat("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"data:image/png;base64,AA\"},"
                            + "{\"type\":\"text\",\"text\":\"x\",\"url\":\"data:,A\",\"data\":\"A\"}]}");
            assertThat(work.mediaBytes()).isZero();
        }
    }

    @Nested
    class Tools {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                {"type":"function","name":"web_search"}                              |
                {"type":"custom"},{"type":"local_shell"}                             |
                {"type":"web_search_preview_2025_03_11"}                             | WEB_SEARCH
                {"user_location":{"type":"approximate"},"type":"web_search"}         | WEB_SEARCH
                {"type":"file_search","filters":{"type":"eq"}}                       | FILE_SEARCH
                {"type":"code_interpreter","container":{"type":"auto"}}              | CODE_INTERPRETER
                {"type":"mcp","server_url":"https://example.org"}                    | OTHER
                "web_search"                                                         | OTHER
                """)
        void that_the_provider_runs_are_told_from_those_of_the_caller(String tools, ServerTool tool) {
            Work work = response("\"input\":\"a\",\"tools\":[" + tools + "]");
            if (tool == null) {
                assertThat(work.tools()).isEmpty();
            } else {
                assertThat(work.tools()).containsExactly(tool);
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "max_tool_calls":3      | 3
                "max_tool_calls":0      | 0
                "max_tool_calls":null   | -1
                "a":1                   | -1
                """)
        void run_no_more_often_than_the_request_says(String members, long calls) {
            assertThat(response("\"input\":\"a\"," + members).maxToolCalls()).isEqualTo(calls);
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"web_search_options\":{}", "\"search_parameters\":{\"mode\":\"on\"}"})
        void may_be_switched_on_by_other_members(String member) {
            assertThat(chat("{}", member).tools()).containsExactly(ServerTool.OTHER);
        }
    }

    @Nested
    class Output {
        @Test
        void is_bounded_by_each_member_by_itself() {
            assertThat(chat("{}", "\"max_tokens\":10,\"max_completion_tokens\":20")
                            .caps())
                    .isEqualTo(new Caps(10, 20, -1));
            assertThat(chat("{}", "\"max_tokens\":null").caps()).isEqualTo(Caps.NONE);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "prompt":"a","n":2                        | 1 | 2
                "prompt":"a","n":2,"best_of":5            | 1 | 5
                "prompt":["a","b","c"],"best_of":1,"n":2  | 3 | 2
                "prompt":[1,2,3]                          | 1 | 1
                "prompt":[[1,2],[3]]                      | 2 | 1
                """)
        void is_made_for_each_prompt_as_often_as_asked_for(String members, int prompts, int generations) {
            Work work = read(Operation.COMPLETION, "{\"model\":\"m\"," + members + "}");
            assertThat(work.prompts()).isEqualTo(prompts);
            assertThat(work.generations()).isEqualTo(generations);
        }

        @Test
        void has_what_was_predicted_wrongly_in_it() {
            assertThat(chat("{}", "\"prediction\":{\"type\":\"content\",\"content\":\"abc\"}")
                            .predictedBytes())
                    .isEqualTo("{\"type\":\"content\",\"content\":\"abc\"}".length());
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "modalities":["text","audio"]  | true
                "modalities":["text"]          | false
                "modalities":null              | false
                "audio":{"voice":"alloy"}      | true
                """)
        void may_be_spoken(String member, boolean spoken) {
            assertThat(chat("{}", member).audioOutput()).isEqualTo(spoken);
        }
    }

    private static Work chat(String message, String... members) {
        String more = members.length == 0 ? "" : "," + String.join(",", members);
        return read(Operation.CHAT, "{\"model\":\"m\",\"messages\":[" + message + "]" + more + "}");
    }

    private static Work response(String members) {
        return read(Operation.RESPONSE, "{\"model\":\"m\"," + members + "}");
    }

    private static Work read(Operation operation, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return RequestReader.read(operation, bytes, 0, bytes.length, null)
                .facts()
                .work();
    }
}
