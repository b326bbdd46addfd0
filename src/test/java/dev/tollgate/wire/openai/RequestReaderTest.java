package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.RequestFacts;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

    @Nested
    class Facts {
        @Test
        void of_a_plain_chat_are_its_model_and_how_much_text_it_has() {
            RequestFacts facts = chat("\"model\":\"gpt-4o-mini\"," + HELLO);
            int textBytes = "user".length() + "Hello".length();
            assertThat(facts)
                    .isEqualTo(new RequestFacts(
                            "gpt-4o-mini",
                            false,
                            false,
                            -1,
                            1,
                            false,
                            false,
                            null,
                            null,
                            null,
                            textBytes,
                            0,
                            List.of(),
                            false,
                            CacheWish.ANY,
                            facts.work()));
        }

        @Test
        void are_read_from_every_member_that_Tollgate_knows() {
            RequestFacts facts = chat("""
                    "model": "m", "messages": [{}], "stream": true, "stream_options": {"include_usage": true},
                    "max_completion_tokens": 50, "n": 3, "tools": [{"type": "function"}], "store": true,
                    "service_tier": "flex", "user": "alice"
                    """);
            assertThat(facts)
                    .isEqualTo(new RequestFacts(
                            "m",
                            true,
                            true,
                            50,
                            3,
                            true,
                            false,
                            true,
                            "flex",
                            "alice",
                            "function".length(),
                            0,
                            List.of(),
                            false,
                            CacheWish.ANY,
                            facts.work()));
        }

        @Test
        void of_null_members_are_those_of_missing_ones() {
            RequestFacts facts = chat("""
                    "model": "m", "messages": [{}], "stream": null, "stream_options": null, "max_tokens": null,
                    "n": null, "tools": null, "store": null, "service_tier": null, "user": null, "background": null
                    """);
            assertThat(facts)
                    .isEqualTo(new RequestFacts(
                            "m",
                            false,
                            false,
                            -1,
                            1,
                            false,
                            false,
                            null,
                            null,
                            null,
                            0,
                            0,
                            List.of(),
                            false,
                            CacheWish.ANY,
                            facts.work()));
        }

        @Test
        void are_found_wherever_the_members_stand_and_however_their_names_are_written() {
            RequestFacts facts =
                    chat(HELLO + ",\"zzz\":{\"model\":1,\"stream\":7},\"\\u0073tream\":true,\"mod\\u0065l\":\"m\"");
            assertThat(facts.model()).isEqualTo("m");
            assertThat(facts.stream()).isTrue();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "max_tokens":10                                                     | 10
                "max_tokens":10,"max_completion_tokens":20                          | 10
                "max_completion_tokens":10,"max_tokens":20                          | 10
                "max_tokens":30,"max_output_tokens":20,"max_completion_tokens":null | 20
                "max_tokens":4294967296                                             | 4294967296
                """)
        void the_smallest_cap_of_the_output_holds(String members, long cap) {
            assertThat(chat("\"model\":\"m\"," + HELLO + "," + members).outputCap())
                    .isEqualTo(cap);
        }

        @Test
        void of_the_two_names_of_the_end_user_one_that_is_null_does_not_hide_the_other() {
            String body = "\"model\":\"m\"," + HELLO;
            assertThat(chat(body + ",\"user\":\"u\",\"safety_identifier\":null").endUser())
                    .isEqualTo("u");
            assertThat(chat(body + ",\"safety_identifier\":\"s\",\"user\":null").endUser())
                    .isEqualTo("s");
        }

        @Test
        void of_a_response_say_whether_it_is_made_in_the_background() {
            assertThat(facts(Operation.RESPONSE, "{\"model\":\"m\",\"input\":\"x\",\"background\":true}")
                            .background())
                    .isTrue();
        }

        @Test
        void of_a_speech_count_the_characters_to_be_spoken_not_their_bytes() {
            RequestFacts facts = facts(Operation.SPEECH, "{\"model\":\"m\",\"input\":\"Grüße\\u0021 😀\"}");
            assertThat(facts.textCharacters()).isEqualTo("Grüße! ".length() + 1);
        }

        @Test
        void count_text_wherever_it_stands() {
            RequestFacts facts = facts(Operation.RESPONSE, """
                    {"model": "m", "instructions": "12345", "input": [{"content": [{"text": "1234567"}]}],
                     "metadata": {"note": "not given to the model"}}
                    """);
            assertThat(facts.textBytes()).isEqualTo(12);
        }

        @Test
        void take_the_model_of_the_path_where_the_body_names_none() {
            String body = "{" + HELLO + "}";
            assertThat(read(Operation.CHAT, body, "deployed").facts().model()).isEqualTo("deployed");
            String own = "{\"model\":\"own\"," + HELLO + "}";
            assertThat(read(Operation.CHAT, own, "deployed").facts().model()).isEqualTo("own");
        }

        @Test
        void are_the_same_for_any_blanks_between_tokens() {
            RequestFacts tight =
                    chat("\"model\":\"m\",\"stream\":true,\"max_tokens\":7,\"messages\":[{\"content\":\"x\"}]");
            RequestFacts wide = chat(
                    "\n \"model\" :\t\"m\" ,\r\n\"stream\" : true , \"max_tokens\" : 7 , \"messages\" : [ { \"content\" : \"x\" } ]\n");
            assertThat(wide)
                    .usingRecursiveComparison()
                    .ignoringFields("work.bytes")
                    .isEqualTo(tight);
        }
    }

    @Nested
    class Refusals {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "{",
                    "{\"model\":\"m\"",
                    "{\"model\":\"m\",}",
                    "{'model':'m'}",
                    "{} x",
                    "{}{}",
                    "nul",
                    "{\"model\":\"m\"}\u0000"
                })
        void of_what_is_not_JSON_say_where(String body) {
            assertThatThrownBy(() -> read(Operation.CHAT, body, null))
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_JSON);
                        assertThat(problem.message()).matches("The body is not valid JSON: .* at byte [0-9]+\\.");
                    });
        }

        @ParameterizedTest
        @ValueSource(strings = {"[]", "\"x\"", "7", "true", "null"})
        void of_what_is_not_an_object(String body) {
            refused(Operation.CHAT, body, ProblemCode.INVALID_JSON, null, "The body is not a JSON object.");
        }

        @Test
        void of_a_body_that_is_nested_too_deeply() {
            String deep = "[".repeat(128) + "]".repeat(128);
            assertThatThrownBy(() -> chat("\"model\":\"m\"," + HELLO + ",\"x\":" + deep))
                    .hasMessageContaining("more than 128 levels of nesting");
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "model":"m","model":"m"               | model          | model: given twice (expected: once)
                "model":"m","mod\\u0065l":"n"         | model          | model: given twice (expected: once)
                "model":7                             | model          | model: not a model name (expected: a string such as "gpt-4o-mini")
                "model":null                          | model          | model: not a model name (expected: a string such as "gpt-4o-mini")
                "model":""                            | model          | model: not a model name (expected: a string such as "gpt-4o-mini")
                "model":["m"]                         | model          | model: not a model name (expected: a string such as "gpt-4o-mini")
                "messages":[{}],"messages":[{}]       | messages       | messages: given twice (expected: once)
                "messages":"Hello"                    | messages       | messages: not an array (expected: an array of messages)
                "messages":{"role":"user"}            | messages       | messages: not an array (expected: an array of messages)
                "messages":null                       | messages       | messages: not an array (expected: an array of messages)
                "messages":[]                         | messages       | messages: empty (expected: at least one message)
                "messages":[   ]                      | messages       | messages: empty (expected: at least one message)
                "stream":true,"stream":false          | stream         | stream: given twice (expected: once)
                "stream":"true"                       | stream         | stream: not a boolean (expected: true, false or null)
                "stream":1                            | stream         | stream: not a boolean (expected: true, false or null)
                "stream_options":null,"stream_options":null | stream_options | stream_options: given twice (expected: once)
                "stream_options":true                 | stream_options | stream_options: not an object (expected: {"include_usage": true} or null)
                "stream_options":{"include_usage":1}  | stream_options | stream_options: not a boolean (expected: true, false or null)
                "stream_options":{"include_usage":true,"include\\u005fusage":false} | stream_options | stream_options: include_usage given twice (expected: once)
                "max_tokens":1,"max_tokens":9         | max_tokens     | max_tokens: given twice (expected: once)
                "max_tokens":0                        | max_tokens     | max_tokens: not a positive whole number (expected: >= 1)
                "max_tokens":-5                       | max_tokens     | max_tokens: not a positive whole number (expected: >= 1)
                "max_tokens":1.5                      | max_tokens     | max_tokens: not a positive whole number (expected: >= 1)
                "max_tokens":1e3                      | max_tokens     | max_tokens: not a positive whole number (expected: >= 1)
                "max_tokens":"10"                     | max_tokens     | max_tokens: not a positive whole number (expected: >= 1)
                "max_tokens":9223372036854775808      | max_tokens     | max_tokens: not a positive whole number (expected: >= 1)
                "max_completion_tokens":[1]           | max_completion_tokens | max_completion_tokens: not a positive whole number (expected: >= 1)
                "max_tool_calls":"3"                  | max_tool_calls | max_tool_calls: not a whole number (expected: >= 1, or null)
                "max_tool_calls":1.5                  | max_tool_calls | max_tool_calls: not a whole number (expected: >= 1, or null)
                "max_tool_calls":[3]                  | max_tool_calls | max_tool_calls: not a whole number (expected: >= 1, or null)
                "n":1,"n":2                           | n              | n: given twice (expected: once)
                "n":0                                 | n              | n: not a positive whole number (expected: >= 1)
                "n":"2"                               | n              | n: not a positive whole number (expected: >= 1)
                "store":"yes"                         | store          | store: not a boolean (expected: true, false or null)
                "service_tier":1                      | service_tier   | service_tier: not a string (expected: a string or null)
                "user":{}                             | user           | user: not a string (expected: a string or null)
                """)
        void of_a_wrong_member_name_it_and_what_was_expected(String members, String param, String message) {
            refused(Operation.CHAT, "{" + members + "}", ProblemCode.INVALID_VALUE, param, message);
        }

        @Test
        void of_a_missing_model_say_where_models_are_listed() {
            refused(
                    Operation.CHAT,
                    "{" + HELLO + "}",
                    ProblemCode.MISSING_VALUE,
                    "model",
                    "model: missing (expected: the name of a model, as listed by GET /v1/models)");
        }

        @ParameterizedTest
        @CsvSource({"CHAT, messages", "EMBEDDING, input", "MODERATION, input", "IMAGE, prompt", "SPEECH, input"})
        void of_missing_content_name_it(Operation operation, String member) {
            refused(operation, "{\"model\":\"m\"}", ProblemCode.MISSING_VALUE, member, member + ": missing");
        }

        @ParameterizedTest
        @EnumSource(names = {"COMPLETION", "RESPONSE"})
        void are_not_made_where_all_content_is_optional(Operation operation) {
            assertThat(facts(operation, "{\"model\":\"m\"}").model()).isEqualTo("m");
        }

        @Test
        void are_not_made_of_a_moderation_without_a_model() {
            assertThat(facts(Operation.MODERATION, "{\"input\":\"x\"}").model()).isNull();
        }

        @Test
        void never_come_from_what_Tollgate_does_not_know() {
            Seeds.each(5_000, random -> {
                RandomJson json = new RandomJson(random);
                String unknown = "\"x-" + json.string().substring(1) + ":" + json.value();
                assertThat(chat("\"model\":\"m\"," + unknown + "," + HELLO + "," + unknown)
                                .model())
                        .isEqualTo("m");
            });
        }

        /** Whatever comes in, the answer is facts or a Problem. */
        @Test
        void are_all_that_damaged_bodies_lead_to() {
            Seeds.each(20_000, random -> {
                byte[] body = ("{\"model\":\"m\",\"stream_options\":{\"include_usage\":true},\"n\":1," + HELLO
                                + ",\"conversation\":{\"id\":\"c\"},\"file_ids\":[\"f\"],\"x\":"
                                + new RandomJson(random).value() + "}")
                        .getBytes(UTF_8);
                for (int i = random.nextInt(4); i >= 0; i--) {
                    body[random.nextInt(body.length)] = anyByte(random);
                }
                try {
                    assertThat(RequestReader.read(Operation.RESPONSE, body, 0, body.length, null)
                                    .facts())
                            .isNotNull();
                } catch (Problem problem) {
                    assertThat(problem.code().status()).isEqualTo(400);
                }
            });
        }

        private static byte anyByte(Random random) {
            String telling = "{}[],:\"\\ 0n";
            return (byte)
                    (random.nextBoolean() ? random.nextInt(256) : telling.charAt(random.nextInt(telling.length())));
        }

        private static void refused(
                Operation operation, String body, ProblemCode code, @Nullable String param, String message) {
            assertThatThrownBy(() -> read(operation, body, null)).isInstanceOfSatisfying(Problem.class, problem -> {
                assertThat(problem.code()).isEqualTo(code);
                assertThat(problem.param()).isEqualTo(param);
                assertThat(problem.message()).isEqualTo(message);
            });
        }
    }

    /** What a request uses of the things that the provider keeps. */
    @Nested
    class References {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "previous_response_id":"resp_1"                                                   | resp_1
                "previous_response_id":null                                                       |
                "previous\\u005fresponse_id":"resp_1"                                             | resp_1
                "conversation":"conv_1"                                                           | conv_1
                "conversation":{"id":"conv_1"}                                                    | conv_1
                "conversation":{"\\u0069d":"conv_1"}                                              | conv_1
                "conversation":{"id":null}                                                        |
                "input":[{"content":[{"type":"input_file","file_id":"file-1"}]}]                  | file-1
                "input":[{"content":[{"file_id":"file-1"},{"file_id":"file-2"},{"file_id":null}]}] | file-1 file-2
                "input":[{"type":"item_reference","id":"msg_1"}]                                  | msg_1
                "input":[{"role":"user"},{"id":"rs_1","type":"reasoning"},{"id":"fc_1"}]          | rs_1 fc_1
                "input":[{"type":"function_call_output","id":null,"output":"x"}]                  |
                "input":[{"type":"code_interpreter_call","container_id":"cntr_1"}]                | cntr_1
                "input":[{"content":[{"id":"not an item"}]}]                                      |
                "tools":[{"type":"file_search","vector_store_ids":["vs_1","vs_2"]}]               | vs_1 vs_2
                "tools":[{"type":"code_interpreter","container":"cntr_1"}]                        | cntr_1
                "tools":[{"type":"code_interpreter","container":{"type":"auto","file_ids":["f"]}}] | f
                "tools":[{"type":"code_interpreter","container":{"type":"auto"}}]                 |
                "prompt":{"id":"pmpt_1","version":"2"}                                            | pmpt_1
                "prompt":{"id":"pmpt_1","variables":{"x":{"type":"input_file","file_id":"f"}}}    | pmpt_1 f
                "prompt":{"id":"pmpt_1","variables":{"schema":{"type":"input_file","file_id":"f"}}} | pmpt_1 f
                "prompt":{"variables":{"x":{"id":"no prompt"}}}                                   |
                """)
        void of_a_response_are_found(String members, @Nullable String ids) {
            assertThat(references(Operation.RESPONSE, "{\"model\":\"m\"," + members + "}"))
                    .isEqualTo(ids == null ? "" : ids);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                {"input_file_id":"file-1","endpoint":"/v1/responses"}                   | file-1
                {"training_file":"file-1","validation_file":"file-2","model":"m"}       | file-1 file-2
                {"name":"x","file_ids":["file-1","file-2"]}                             | file-1 file-2
                {"file_id":"file-1","attributes":{}}                                    | file-1
                {"files":[{"file_id":"file-1"},{"file_id":"file-2"}]}                   | file-1 file-2
                {"tool_resources":{"file_search":{"vector_store_ids":["vs_1"]}}}        | vs_1
                {"items":[{"type":"item_reference","id":"msg_1"}]}                      | msg_1
                """)
        void of_a_call_that_makes_an_object_are_found(String body, String ids) {
            assertThat(references(Operation.OBJECT, body)).isEqualTo(ids);
        }

        @Test
        void of_a_chat_are_files_in_its_messages() {
            String message = "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}]}";
            assertThat(references(Operation.CHAT, "{\"model\":\"m\",\"messages\":[" + message + "]}"))
                    .isEqualTo("file-1");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"metadata\":{\"file_id\":\"mine\",\"deep\":{\"conversation\":\"mine\"}}",
                    "\"tools\":[{\"type\":\"function\",\"function\":{\"parameters\":{\"properties\":{\"file_id\":{\"id\":\"x\"}}}}}]",
                    "\"tools\":[{\"type\":\"function\",\"parameters\":{\"file_ids\":[\"x\"]}}]",
                    "\"text\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"properties\":{\"container\":{\"id\":\"x\"}}}}}",
                    "\"response_format\":{\"json_schema\":{\"schema\":{\"properties\":{\"file_id\":{\"type\":\"string\"}}}}}",
                    "\"instructions\":\"{\\\"file_id\\\":\\\"file-1\\\"}\"",
                    "\"input\":\"previous_response_id\"",
                    "\"input\":[{\"type\":\"function_call\",\"arguments\":\"{\\\"file_id\\\":\\\"x\\\"}\"}]",
                    "\"input\":[{\"content\":\"file_id\"}]",
                    "\"file_ids_of_mine\":[\"x\"],\"my_file_id\":\"x\""
                })
        void are_not_seen_in_the_callers_own_data(String members) {
            assertThat(references(Operation.RESPONSE, "{\"model\":\"m\"," + members + "}"))
                    .isEmpty();
        }

        @Test
        void of_a_chat_are_not_the_ids_of_its_tool_calls() {
            String message =
                    "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\"}],\"id\":\"own\"}";
            assertThat(references(Operation.CHAT, "{\"model\":\"m\",\"messages\":[" + message + "]}"))
                    .isEmpty();
        }

        @Test
        void by_an_id_that_is_no_string_are_refused() {
            assertThatThrownBy(() -> references(Operation.RESPONSE, "{\"model\":\"m\",\"input\":[{\"id\":7}]}"))
                    .isInstanceOf(Problem.class)
                    .hasMessage("id: not a string (expected: the id of an item)");
        }

        @Test
        void are_at_most_a_thousand() {
            assertThat(facts(Operation.OBJECT, filesNamed(1_000)).references()).hasSize(1_000);
            assertThatThrownBy(() -> facts(Operation.OBJECT, filesNamed(1_001)))
                    .isInstanceOf(Problem.class)
                    .hasMessage("More than 1000 objects are named by one request.");
        }

        private static String filesNamed(int count) {
            String ids = IntStream.range(0, count)
                    .mapToObj(i -> "\"file-" + i + "\"")
                    .collect(Collectors.joining(","));
            return "{\"file_ids\":[" + ids + "]}";
        }

        private static String references(Operation operation, String body) {
            return String.join(" ", facts(operation, body).references());
        }
    }

    private static RequestFacts chat(String members) {
        return facts(Operation.CHAT, "{" + members + "}");
    }

    private static RequestFacts facts(Operation operation, String body) {
        return read(operation, body, null).facts();
    }

    /** Reads a body that lies within a larger array, as bodies do. */
    private static RequestBody read(Operation operation, String body, @Nullable String deployment) {
        byte[] bytes = ("POST\r\n\r\n" + body + "{\"model\":").getBytes(UTF_8);
        int start = "POST\r\n\r\n".length();
        return RequestReader.read(operation, bytes, start, start + body.getBytes(UTF_8).length, deployment);
    }
}
