package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings put into a request, and that all else stays as it came. */
class PresetTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();
    private static final Preset PROMPT = new Preset("Be kind.", null, -1);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"messages":[{"role":"user","content":"a"}]}             | {"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"a"}]}
            {"messages": [ {"role":"user"}]}                         | {"messages": [{"role":"system","content":"Be kind."}, {"role":"user"}]}
            {"messages":[{"role":"system","content":"Be brief."}]}   | {"messages":[{"role":"system","content":"Be kind."},{"role":"system","content":"Be brief."}]}
            {"messages":[{"role":"system","content":"Be kind."}]}    | {"messages":[{"role":"system","content":"Be kind."}]}
            {"messages":[{"content":"B\\u0065 kind.","role":"d\\u0065veloper"}]} | {"messages":[{"content":"B\\u0065 kind.","role":"d\\u0065veloper"}]}
            {"messages":[{"role":"system","content":[{"type":"text","text":"Be kind."}]},1]} | {"messages":[{"role":"system","content":[{"type":"text","text":"Be kind."}]},1]}
            {"messages":[{"role":"user","content":"Be kind."}]}      | {"messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"Be kind."}]}
            {"messages":[{"role":"user"},{"role":"system","content":"Be kind."}]} | {"messages":[{"role":"system","content":"Be kind."},{"role":"user"},{"role":"system","content":"Be kind."}]}
            {"messages":[{"role":"system","content":[{"text":"Be kind."},{"text":"x"}]}]} | {"messages":[{"role":"system","content":"Be kind."},{"role":"system","content":[{"text":"Be kind."},{"text":"x"}]}]}
            {"messages":[[1],2]}                                     | {"messages":[{"role":"system","content":"Be kind."},[1],2]}
            {"m\\u0065ssages":["x"]}                                 | {"m\\u0065ssages":[{"role":"system","content":"Be kind."},"x"]}
            """)
    void a_prompt_is_the_first_message_of_a_chat_and_never_doubled(String body, String sent) {
        assertThat(sent(Operation.CHAT, body, PROMPT)).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"input":"a"}                                   | {"instructions":"Be kind.","input":"a"}
            {"instructions":"Be brief.","input":"a"}        | {"instructions":"Be kind.\\n\\nBe brief.","input":"a"}
            {"instructions":"Be \\u0062rief.","input":"a"}  | {"instructions":"Be kind.\\n\\nBe \\u0062rief.","input":"a"}
            {"instructions":"Be kind.","input":"a"}         | {"instructions":"Be kind.","input":"a"}
            {"instructions":"Be kind.\\n\\nBe brief."}      | {"instructions":"Be kind.\\n\\nBe brief."}
            {"instructions" : null ,"input":"a"}            | {"instructions" : "Be kind." ,"input":"a"}
            {"instructions":"a","instructions":"b"}         | {"instructions":"Be kind.\\n\\na","instructions":"Be kind.\\n\\nb"}
            {"input":[{"role":"developer","content":[{"type":"input_text","text":"Be kind."}]}]} | {"input":[{"role":"developer","content":[{"type":"input_text","text":"Be kind."}]}]}
            {"input":[{"role":"user","content":"a"}]}       | {"instructions":"Be kind.","input":[{"role":"user","content":"a"}]}
            {}                                              | {"instructions":"Be kind."}
            """)
    void a_prompt_comes_before_the_instructions_of_a_response(String body, String sent) {
        assertThat(sent(Operation.RESPONSE, body, PROMPT)).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            COMPLETION | {"prompt":"a"}  | {"prompt":"a"}
            EMBEDDING  | {"input":"a"}   | {"input":"a"}
            OBJECT     | {"messages":[]} | {"messages":[]}
            """)
    void a_prompt_is_for_nothing_else(Operation operation, String body, String sent) {
        assertThat(sent(operation, body, PROMPT)).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"messages":[1]}                                       | {"temperature":0.2,"messages":[1]}
            {"temperature":1,"messages":[1]}                       | {"temperature":1,"messages":[1]}
            {"temperature" : null,"messages":[1]}                  | {"temperature" : 0.2,"messages":[1]}
            {"temperature":null,"temperature":1,"messages":[1]}    | {"temperature":null,"temperature":1,"messages":[1]}
            {"x":{"temperature":1},"messages":[1]}                 | {"temperature":0.2,"x":{"temperature":1},"messages":[1]}
            """)
    void a_temperature_is_for_requests_that_have_none(String body, String sent) {
        assertThat(sent(Operation.CHAT, body, new Preset(null, "0.2", -1))).isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CHAT       | {"messages":[1]}                             | {"messages":[1]}                                 | 100
            CHAT       | {"max_tokens":50,"messages":[1]}             | {"max_tokens":50,"messages":[1]}                 | 50
            CHAT       | {"max_tokens":500,"messages":[1]}            | {"max_tokens":100,"messages":[1]}                | 100
            CHAT       | {"max_completion_tokens":null,"messages":[1]} | {"max_completion_tokens":null,"messages":[1]}   | 100
            CHAT       | {"max_tokens":50,"max_completion_tokens":500,"messages":[1]} | {"max_tokens":50,"max_completion_tokens":100,"messages":[1]} | 50
            RESPONSE   | {"max_output_tokens":500,"input":"a"}        | {"max_output_tokens":100,"input":"a"}            | 100
            """)
    void a_larger_output_cap_is_lowered(Operation operation, String body, String sent, long known) {
        Preset preset = new Preset(null, null, 100);
        assertThat(sent(operation, body, preset)).isEqualTo(sent);
        assertThat(read(operation, body).with(preset, operation).facts().outputCap())
                .isEqualTo(known);
    }

    @Test
    void the_narrower_of_two_caps_is_sent_as_the_provider_takes_it() {
        RequestBody body = read(Operation.CHAT, "{\"messages\":[1]}").with(new Preset(null, null, 100), Operation.CHAT);

        assertThat(text(body, new RequestBody.OutputCap(30, Work.Cap.MAX_TOKENS)))
                .isEqualTo("{\"max_tokens\":30,\"messages\":[1]}");
        assertThat(text(body, new RequestBody.OutputCap(300, Work.Cap.MAX_TOKENS)))
                .isEqualTo("{\"max_tokens\":100,\"messages\":[1]}");
    }

    @Test
    void all_of_it_goes_together_with_what_a_call_changes() {
        RequestBody body = read(Operation.CHAT, "{\"stream\":true,\"model\":\"m\",\"messages\":[{}]}")
                .with(new Preset("p", "1", 9), Operation.CHAT);

        assertThat(new String(body.forward("n", true).toBytes(), UTF_8))
                .isEqualTo("{\"temperature\":1,\"stream_options\":{\"include_usage\":true},"
                        + "\"stream\":true,\"model\":\"n\",\"messages\":[{\"role\":\"system\",\"content\":\"p\"},{}]}");
    }

    @Test
    void what_is_put_in_counts_as_what_the_model_reads() {
        RequestBody body = read(Operation.CHAT, "{\"messages\":[{\"content\":\"abc\"}]}");
        RequestBody preset = body.with(new Preset("é\"", null, -1), Operation.CHAT);

        assertThat(preset.facts().textBytes() - body.facts().textBytes())
                .as("two bytes, and an escaped quote")
                .isEqualTo(4);
        assertThat(preset.facts().work().bytes() - body.facts().work().bytes())
                .isEqualTo("{\"role\":\"system\",\"content\":\"é\\\"\"},".getBytes(UTF_8).length);
        assertThat(preset.length()).as("as it came").isEqualTo(body.length());
        assertThat(preset.expandableBytes() - body.expandableBytes()).isEqualTo(2);
        List<String> texts = new ArrayList<>();
        preset.eachText((text, _) -> texts.add(text));
        assertThat(texts).containsExactly("é\"", "abc");
    }

    @Test
    void a_prompt_is_put_in_once_and_everything_else_stays_byte_for_byte() {
        Seeds.each(5_000, random -> {
            RandomJson json = new RandomJson(random);
            String body = randomChat(json, random);
            String prompt = plain(random);
            String sent = sent(Operation.CHAT, body, new Preset(prompt, null, -1));

            String put = "{\"role\":\"system\",\"content\":" + JsonText.quoted(prompt) + "},";
            int place = sent.indexOf('[', sent.indexOf("\"messages\"")) + 1;
            assertThat(sent.startsWith(put, place)).as(sent).isTrue();
            assertThat(sent.substring(0, place) + sent.substring(place + put.length()))
                    .isEqualTo(body);

            ObjectNode expected = (ObjectNode) tree(body);
            ObjectNode message =
                    JACKSON.createObjectNode().put("role", "system").put("content", prompt);
            ((ArrayNode) expected.get("messages")).insert(0, message);
            assertThat(tree(sent)).isEqualTo(expected);
            assertThat(sent(Operation.CHAT, sent, new Preset(prompt, null, -1)))
                    .as("never doubled")
                    .isEqualTo(sent);
        });
    }

    @Test
    void instructions_are_joined_and_everything_else_stays_byte_for_byte() {
        Seeds.each(5_000, random -> {
            RandomJson json = new RandomJson(random);
            String given = json.string().replace("\\ud800", "x");
            List<String> members = members(json, random);
            members.add("\"instructions\":" + json.blank() + given);
            String body = object(members, json, random);
            String prompt = plain(random);
            String sent = sent(Operation.RESPONSE, body, new Preset(prompt, null, -1));

            String put = JsonText.escaped(prompt + "\n\n");
            int place = sent.indexOf('"', sent.indexOf("\"instructions\"") + "\"instructions\":".length()) + 1;
            assertThat(sent.startsWith(put, place)).as(sent).isTrue();
            assertThat(sent.substring(0, place) + sent.substring(place + put.length()))
                    .isEqualTo(body);
            assertThat(tree(sent).path("instructions").asText())
                    .isEqualTo(prompt + "\n\n" + tree(body).path("instructions").asText());
            assertThat(sent(Operation.RESPONSE, sent, new Preset(prompt, null, -1)))
                    .as("never doubled")
                    .isEqualTo(sent);
        });
    }

    private static String randomChat(RandomJson json, Random random) {
        List<String> messages = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            messages.add(
                    random.nextInt(4) == 0
                            ? json.value()
                            : "{\"role\":" + (random.nextBoolean() ? "\"system\"" : json.value()) + json.blank()
                                    + ",\"content\":" + json.value() + "}");
        }
        List<String> members = members(json, random);
        members.add("\"messages\":" + json.blank() + "[" + json.blank()
                + String.join(json.blank() + "," + json.blank(), messages) + json.blank() + "]");
        return object(members, json, random);
    }

    /** Members that Tollgate doesn't know. */
    private static List<String> members(RandomJson json, Random random) {
        List<String> members = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            members.add("\"x" + i + "\"" + json.blank() + ":" + json.blank() + json.value());
        }
        return members;
    }

    private static String object(List<String> members, RandomJson json, Random random) {
        Collections.shuffle(members, random);
        return "{" + json.blank() + String.join(json.blank() + "," + json.blank(), members) + json.blank() + "}";
    }

    /** Any text, and one that a random body does not have by chance. */
    private static String plain(Random random) {
        StringBuilder text = new StringBuilder("Prompt ").append(random.nextLong());
        for (int i = random.nextInt(20); i > 0; i--) {
            int character = random.nextInt(4) == 0 ? random.nextInt(0x20) : random.nextInt(0x1_0000);
            if (!Character.isSurrogate((char) character)) {
                text.appendCodePoint(character);
            }
        }
        return text.append(random.nextBoolean() ? "\"\\😀" : "").toString();
    }

    private static JsonNode tree(String json) {
        try {
            return JACKSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    private static String sent(Operation operation, String body, Preset preset) {
        return text(read(operation, body).with(preset, operation), null);
    }

    private static String text(RequestBody body, RequestBody.@Nullable OutputCap cap) {
        String text = new String(body.forward(null, false, cap).toBytes(), UTF_8);
        return text.replaceFirst("\"model\":\"any\",|,?\"model\":\"any\"", "");
    }

    private static RequestBody read(Operation operation, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return RequestReader.read(operation, bytes, 0, bytes.length, "any");
    }
}
