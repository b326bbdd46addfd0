package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which answers may be given again. */
class FinishReaderTest {
    private static boolean is(Operation operation, String answer, boolean streamed) {
        return FinishReader.isRepeatable(operation, answer.getBytes(UTF_8), streamed, /* cutIsWanted= */ false);
    }

    private static String stream(String... events) {
        return "data: " + String.join("\n\ndata: ", events) + "\n\n";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "index":0,"message":{"content":"x"},"finish_reason":"stop"                              | true
            "index":0,"message":{"content":"x","tool_calls":null},"finish_reason":"stop"            | true
            "index":0,"message":{"content":"x","tool_calls":[]},"finish_reason":"stop"              | true
            "message":{"content":"\\"finish_reason\\":\\"content_filter\\""},"finish_reason":"stop" | true
            "index":0,"message":{"content":"x"},"finish_reason":"length"                            | false
            "index":0,"message":{"content":"x"},"finish_reason":"content_filter"                    | false
            "index":0,"message":{"tool_calls":[{"id":"1"}]},"finish_reason":"tool_calls"            | false
            "index":0,"message":{"tool_calls":[{"id":"1"}]},"finish_reason":"stop"                  | false
            "index":0,"message":{"function_call":{"name":"f"}},"finish_reason":"stop"               | false
            "index":0,"message":{"content":"x"},"finish_reason":null                                | false
            "index":0,"message":{"content":"x"}                                                     | false
            "index":99,"message":{"content":"x"},"finish_reason":"stop"                             | false
            """)
    void of_a_chat_is_one_that_has_ended_by_itself_and_only_tells(String choice, boolean repeatable) {
        assertThat(is(Operation.CHAT, "{\"id\":\"c\",\"choices\":[{" + choice + "}],\"usage\":{}}", false))
                .isEqualTo(repeatable);
    }

    @Test
    void needs_all_choices_to_have_ended() {
        String stop = "{\"index\":0,\"finish_reason\":\"stop\"}";
        assertThat(is(Operation.CHAT, "{\"choices\":[" + stop + "]}", false)).isTrue();
        assertThat(is(Operation.CHAT, "{\"choices\":[" + stop + ",{\"index\":1,\"finish_reason\":null}]}", false))
                .isFalse();
        assertThat(is(Operation.CHAT, "{\"choices\":[]}", false)).isFalse();
    }

    @Test
    void that_was_cut_where_the_caller_wanted_it_is_whole() {
        byte[] cut = "{\"choices\":[{\"finish_reason\":\"length\"}]}".getBytes(UTF_8);
        assertThat(FinishReader.isRepeatable(Operation.CHAT, cut, false, /* cutIsWanted= */ true))
                .isTrue();
    }

    @Test
    void of_a_stream_is_one_whose_choices_have_all_ended() {
        String first = "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"},\"finish_reason\":null}]}";
        String other = "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}";
        String end = "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}";
        String usage = "{\"choices\":[],\"usage\":{\"prompt_tokens\":1}}";
        assertThat(is(Operation.CHAT, stream(first, end, usage, "[DONE]"), true))
                .isTrue();
        assertThat(is(Operation.CHAT, stream(first, end, usage, "[DONE]").replace("\n", "\r\n"), true))
                .isTrue();
        assertThat(is(Operation.CHAT, stream(first, other, end, usage, "[DONE]"), true))
                .isFalse();
        assertThat(is(Operation.CHAT, stream(first), true)).isFalse();
        assertThat(is(Operation.CHAT, stream(first, end, "{\"error\":{\"message\":\"x\"}}"), true))
                .isFalse();
        assertThat(is(Operation.CHAT, stream(first, end) + "data: {\"choices\"", true))
                .isFalse();
        String call = "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}";
        assertThat(is(Operation.CHAT, stream(first, call, end), true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "status":"completed","output":[{"type":"message","content":[{"type":"output_text"}]}]     | true
            "status":"completed","output":[{"type":"reasoning","summary":[]},{"type":"message"}]      | true
            "status":"completed","error":null,"output":[]                                             | true
            "status":"incomplete","output":[{"type":"message"}]                                       | false
            "status":"failed","error":{"code":"x"},"output":[]                                        | false
            "status":"completed","output":[{"type":"function_call","name":"f"}]                       | false
            "status":"completed","output":[{"type":"web_search_call"},{"type":"message"}]             | false
            """)
    void of_a_response_is_one_that_is_completed_and_calls_nothing(String members, boolean repeatable) {
        assertThat(is(Operation.RESPONSE, "{" + members + "}", false)).isEqualTo(repeatable);
        String last = "{\"type\":\"response.completed\",\"response\":{" + members + "}}";
        String first = "{\"type\":\"response.created\",\"response\":{\"status\":\"in_progress\",\"output\":[]}}";
        if (!members.contains("\"error\"")) {
            assertThat(is(Operation.RESPONSE, stream(first, last), true)).isEqualTo(repeatable);
        }
        assertThat(is(Operation.RESPONSE, stream(first), true)).isFalse();
    }

    @Test
    void of_embeddings_has_data() {
        assertThat(is(Operation.EMBEDDING, "{\"data\":[{\"embedding\":[0.1]}]}", false))
                .isTrue();
        assertThat(is(Operation.EMBEDDING, "{\"object\":\"list\"}", false)).isFalse();
    }

    @Test
    void is_none_that_is_no_JSON_and_none_of_other_operations() {
        assertThat(is(Operation.CHAT, "<html>", false)).isFalse();
        assertThat(is(Operation.CHAT, "", false)).isFalse();
        assertThat(is(Operation.CHAT, "[]", false)).isFalse();
        assertThat(is(Operation.IMAGE, "{\"data\":[]}", false)).isFalse();
    }
}
