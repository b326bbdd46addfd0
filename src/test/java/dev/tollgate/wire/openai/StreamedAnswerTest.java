package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tollgate.wire.sse.DataLines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The same answer as a document and as a stream. */
class StreamedAnswerTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String CHAT = """
            {
              "id": "chatcmpl-1", "object": "chat.completion", "created": 17, "model": "m-1", "system_fingerprint": "fp",
              "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "Hello \\"you\\"\\n😀", "refusal": null},
                 "logprobs": {"content": [{"token": "Hello", "logprob": -0.1}], "refusal": null}, "finish_reason": "stop"},
                {"index": 1, "message": {"role": "assistant", "content": "", "refusal": null}, "finish_reason": "length"}
              ],
              "usage": {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
            }
            """;

    private static final String COMPLETION = """
            {"object": "text_completion", "id": "cmpl-1", "model": "m",
             "choices": [{"index": 0, "text": "a b", "logprobs": null, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 1}}
            """;

    private static final String RESPONSE = """
            {"id": "resp_1", "object": "response", "status": "completed", "model": "m",
             "output": [
               {"type": "reasoning", "id": "rs_1", "summary": []},
               {"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [
                 {"type": "output_text", "text": "Hello", "annotations": [{"type": "url_citation"}]},
                 {"type": "refusal", "refusal": "No"}]}],
             "usage": {"input_tokens": 1, "output_tokens": 2}}
            """;

    private static byte[] streamed(Operation operation, String json, boolean usage) {
        return StreamedAnswer.of(operation, json.getBytes(UTF_8), usage);
    }

    private static List<JsonNode> events(byte[] stream) {
        List<JsonNode> events = new ArrayList<>();
        DataLines.each(stream, (start, end) -> {
            String data = new String(stream, start, end - start, UTF_8);
            if (!data.equals("[DONE]")) {
                events.add(json(data));
            }
        });
        return events;
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    @Nested
    class A_chat {
        @Test
        void joined_again_is_what_it_was() {
            byte[] joined = JoinedStream.of(Operation.CHAT, streamed(Operation.CHAT, CHAT, true));
            assertThat(json(new String(joined, UTF_8))).isEqualTo(json(CHAT));
        }

        @Test
        void has_its_usage_at_the_end_where_that_is_wanted() {
            List<JsonNode> with = events(streamed(Operation.CHAT, CHAT, true));
            assertThat(with.getLast().path("usage")).isEqualTo(json(CHAT).path("usage"));
            assertThat(with.getLast().path("choices")).isEmpty();
            assertThat(with.getFirst().path("usage").isNull()).isTrue();

            List<JsonNode> without = events(streamed(Operation.CHAT, CHAT, false));
            assertThat(without).noneMatch(event -> event.has("usage")).hasSize(4);
        }

        @Test
        void is_chunks_of_its_id_and_ends_with_DONE() {
            byte[] stream = streamed(Operation.CHAT, CHAT, false);
            assertThat(events(stream)).allSatisfy(event -> {
                assertThat(event.path("object").asText()).isEqualTo("chat.completion.chunk");
                assertThat(event.path("id").asText()).isEqualTo("chatcmpl-1");
                assertThat(event.path("created").asInt()).isEqualTo(17);
            });
            assertThat(new String(stream, UTF_8)).endsWith("data: [DONE]\n\n");
        }

        @Test
        void in_small_pieces_is_put_together() {
            String head = "\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\"";
            byte[] stream = ("""
                    data: {HEAD,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"obfuscation":"ab"}

                    data: {HEAD,"choices":[{"index":0,"delta":{"role":"assistant","content":"a\\"\\ud83d"},"logprobs":{"content":[1]}}]}

                    data: {HEAD,"choices":[{"index":1,"delta":{"content":null,"reasoning_content":"so"}}]}

                    data: {HEAD,"choices":[{"index":0,"delta":{"content":"\\ude00b"},"logprobs":{"content":[2,3]}}]}

                    : a comment

                    data: {HEAD,"choices":[{"index":0,"delta":{},"finish_reason":"stop"},{"index":1,"delta":{"content":"z"},"finish_reason":"stop"}]}

                    data: {HEAD,"choices":[],"usage":{"total_tokens":2}}

                    data: [DONE]

                    """.replace("HEAD", head)).getBytes(UTF_8);
            assertThat(json(new String(JoinedStream.of(Operation.CHAT, stream), UTF_8)))
                    .isEqualTo(json("""
                    {"object":"chat.completion","id":"c","model":"m","choices":[
                      {"index":0,"message":{"role":"assistant","content":"a\\"😀b","refusal":null},"logprobs":{"content":[1,2,3]},
                       "finish_reason":"stop"},
                      {"index":1,"message":{"content":"z","reasoning_content":"so","refusal":null},"finish_reason":"stop"}],
                     "usage":{"total_tokens":2}}
                    """));
        }
    }

    @Test
    void a_completion_joined_again_is_what_it_was() {
        byte[] stream = streamed(Operation.COMPLETION, COMPLETION, true);
        assertThat(json(new String(JoinedStream.of(Operation.COMPLETION, stream), UTF_8)))
                .isEqualTo(json(COMPLETION));
    }

    @Nested
    class A_response {
        @Test
        void joined_again_is_what_it_was() {
            byte[] stream = streamed(Operation.RESPONSE, RESPONSE, false);
            assertThat(json(new String(JoinedStream.of(Operation.RESPONSE, stream), UTF_8)))
                    .isEqualTo(json(RESPONSE));
        }

        @Test
        void is_told_in_the_events_of_a_response_numbered_from_zero() {
            List<JsonNode> events = events(streamed(Operation.RESPONSE, RESPONSE, false));
            assertThat(events)
                    .extracting(event -> event.path("type").asText())
                    .containsExactly(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.output_item.done",
                            "response.output_item.added",
                            "response.content_part.added",
                            "response.output_text.delta",
                            "response.output_text.done",
                            "response.content_part.done",
                            "response.content_part.added",
                            "response.refusal.delta",
                            "response.refusal.done",
                            "response.content_part.done",
                            "response.output_item.done",
                            "response.completed");
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
            }
            assertThat(events.getFirst().path("response").path("status").asText())
                    .isEqualTo("in_progress");
            assertThat(events.get(6).path("delta").asText()).isEqualTo("Hello");
            assertThat(events.get(6).path("item_id").asText()).isEqualTo("msg_1");
            assertThat(events.getLast().path("response")).isEqualTo(json(RESPONSE));
        }
    }
}
