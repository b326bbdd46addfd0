package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Splice;
import dev.tollgate.wire.Work;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes to the provider: the body as it came, but for what must change. */
class RequestBodyTest {
    private static final ObjectMapper JACKSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"m"}                      | {"model":"gpt-4o"}
            {"model" : "m" , "a":1}            | {"model" : "gpt-4o" , "a":1}
            {"a":1,"mod\\u0065l":"m"}          | {"a":1,"mod\\u0065l":"gpt-4o"}
            {"x":{"model":"m"},"model":"m"}    | {"x":{"model":"m"},"model":"gpt-4o"}
            {"model":"\\"q\\u0022","a":"m"}    | {"model":"gpt-4o","a":"m"}
            """)
    void the_model_is_renamed_where_it_stands(String body, String sent) {
        assertThat(forward(body, "gpt-4o", /* askForUsage= */ false)).isEqualTo(sent);
    }

    @Test
    void a_model_s_name_can_not_end_the_string_that_it_is_written_into() {
        assertThat(forward("{\"model\":\"m\"}", "a\"b\\c", false)).isEqualTo("{\"model\":\"a\\\"b\\\\c\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"m"}                                 | {"max_completion_tokens":9,"model":"m"}
            {}                                            | {"max_completion_tokens":9}
            {"max_completion_tokens" : 50 , "a":1}        | {"max_completion_tokens" : 9 , "a":1}
            {"max_completion_tokens":9}                   | {"max_completion_tokens":9}
            {"max_completion_tokens":5}                   | {"max_completion_tokens":5}
            {"max_completion_tokens":null,"a":1}          | {"max_completion_tokens":9,"a":1}
            {"a":1,"max\u005fcompletion_tokens":50}       | {"a":1,"max\u005fcompletion_tokens":9}
            {"max_tokens":50}                             | {"max_completion_tokens":9,"max_tokens":9}
            {"max_tokens":null}                           | {"max_completion_tokens":9,"max_tokens":null}
            {"max_tokens":50,"max_completion_tokens":5}   | {"max_tokens":9,"max_completion_tokens":5}
            {"a":{"max_completion_tokens":50}}            | {"max_completion_tokens":9,"a":{"max_completion_tokens":50}}
            """)
    void the_output_is_bounded_where_it_was_wider_or_not_at_all(String body, String sent) {
        RequestBody.OutputCap cap = new RequestBody.OutputCap(9, Work.Cap.MAX_COMPLETION_TOKENS);
        assertThat(text(read(Operation.OBJECT, body, null).forward(null, false, cap)))
                .isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"m"}                            | {"max_tool_calls":3,"model":"m"}
            {}                                       | {"max_tool_calls":3}
            {"max_tool_calls" : 50 , "a":1}          | {"max_tool_calls" : 3 , "a":1}
            {"max_tool_calls":null}                  | {"max_tool_calls":3}
            {"max\\u005ftool_calls":50}              | {"max\\u005ftool_calls":3}
            {"a":{"max_tool_calls":50}}              | {"max_tool_calls":3,"a":{"max_tool_calls":50}}
            """)
    void calls_of_tools_are_bounded_where_they_stand_or_at_the_front(String body, String sent) {
        RequestBody bounded =
                read(Operation.OBJECT, body, null).withToolCalls(9).withToolCalls(3);
        assertThat(bounded.facts().work().maxToolCalls()).isEqualTo(3);
        assertThat(text(bounded.forward(null, false))).isEqualTo(sent);
    }

    @Test
    void everything_may_change_at_once() {
        String body = "{\"max_tokens\":50,\"model\":\"m\",\"stream_options\":null}";
        RequestBody.OutputCap cap = new RequestBody.OutputCap(9, Work.Cap.MAX_TOKENS);
        assertThat(text(read(Operation.OBJECT, body, null).forward("n", true, cap)))
                .isEqualTo("{\"max_tokens\":9,\"model\":\"n\",\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void a_form_takes_no_bound() {
        byte[] form = "abc".getBytes(UTF_8);
        RequestBody body = RequestBody.opaque(form, 0, 3, RequestFacts.NONE);
        assertThat(body.takesCap()).isFalse();
        assertThat(text(body.forward(null, false, new RequestBody.OutputCap(9, Work.Cap.MAX_TOKENS))))
                .isEqualTo("abc");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"model":"m"}                                      | {"stream_options":{"include_usage":true},"model":"m"}
            {"model":"m","stream_options":null}                | {"model":"m","stream_options":{"include_usage":true}}
            {"stream_options" : null , "model":"m"}            | {"stream_options" : {"include_usage":true} , "model":"m"}
            {"model":"m","stream_options":{}}                  | {"model":"m","stream_options":{"include_usage":true}}
            {"model":"m","stream_options":{ }}                 | {"model":"m","stream_options":{"include_usage":true }}
            {"stream_options":{"include_usage":false},"model":"m"} | {"stream_options":{"include_usage":true},"model":"m"}
            {"stream_options":{"include_usage":null},"model":"m"}  | {"stream_options":{"include_usage":true},"model":"m"}
            {"stream_options":{"include_usage":true},"model":"m"}  | {"stream_options":{"include_usage":true},"model":"m"}
            {"stream_options":{"a":[1]},"model":"m"}           | {"stream_options":{"include_usage":true,"a":[1]},"model":"m"}
            {"stream_options":{"a":1,"include_usage":false,"b":{"c":2}},"model":"m"} | {"stream_options":{"a":1,"include_usage":true,"b":{"c":2}},"model":"m"}
            {"str\\u0065am_options":{"include\\u005fusage":false},"model":"m"} | {"str\\u0065am_options":{"include\\u005fusage":true},"model":"m"}
            {"x":{"stream_options":null},"model":"m"}          | {"stream_options":{"include_usage":true},"x":{"stream_options":null},"model":"m"}
            """)
    void usage_is_asked_for_in_the_options_of_the_stream(String body, String sent) {
        assertThat(forward(body, null, /* askForUsage= */ true)).isEqualTo(sent);
    }

    @Test
    void both_changes_go_together_in_either_order() {
        assertThat(forward("{\"model\":\"m\",\"stream_options\":null,\"z\":1}", "g", true))
                .isEqualTo("{\"model\":\"g\",\"stream_options\":{\"include_usage\":true},\"z\":1}");
        assertThat(forward("{\"stream_options\":{},\"z\":1,\"model\":\"m\"}", "g", true))
                .isEqualTo("{\"stream_options\":{\"include_usage\":true},\"z\":1,\"model\":\"g\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a":1} |        | false | {"model":"deployed","a":1}
            {"a":1} | gpt-4o | false | {"model":"gpt-4o","a":1}
            {"a":1} | gpt-4o | true  | {"model":"gpt-4o","stream_options":{"include_usage":true},"a":1}
            {}      |        | false | {"model":"deployed"}
            { }     | gpt-4o | false | {"model":"gpt-4o" }
            {}      | gpt-4o | true  | {"model":"gpt-4o","stream_options":{"include_usage":true}}
            """)
    void a_model_that_only_the_path_names_is_named_in_the_body(
            String body, @Nullable String model, boolean askForUsage, String sent) {
        assertThat(text(read(body, "deployed").forward(model, askForUsage))).isEqualTo(sent);
    }

    @Test
    void a_body_without_a_model_stays_without_one() {
        assertThat(text(read(Operation.MODERATION, "{\"input\":\"x\"}", null).forward(null, false)))
                .isEqualTo("{\"input\":\"x\"}");
    }

    @Test
    void a_body_that_is_not_read_is_sent_as_it_came() {
        byte[] bytes = "abcdef".getBytes(UTF_8);
        RequestBody body = RequestBody.opaque(bytes, 1, 4, RequestFacts.NONE);
        assertThat(text(body.forward("gpt-4o", true))).isEqualTo("bcd");
        assertThat(body.length()).isEqualTo(3);
    }

    @Test
    void nothing_changes_where_nothing_has_to() {
        Seeds.each(3_000, random -> {
            String body = randomBody(random);
            assertThat(forward(body, null, false)).isEqualTo(body);
        });
    }

    @Test
    void whatever_is_changed_the_body_says_the_same_but_for_the_change() {
        Seeds.each(10_000, random -> {
            String body = randomBody(random);
            boolean rename = random.nextBoolean();
            boolean askForUsage = random.nextBoolean();

            boolean capped = random.nextBoolean();

            RequestBody.OutputCap cap = capped ? new RequestBody.OutputCap(500, Work.Cap.MAX_TOKENS) : null;
            String sent = text(read(body, null).forward(rename ? "gpt-4o" : null, askForUsage, cap));

            ObjectNode expected = (ObjectNode) tree(body);
            if (rename) {
                expected.put("model", "gpt-4o");
            }
            if (askForUsage) {
                JsonNode options = expected.get("stream_options");
                ObjectNode asking = options instanceof ObjectNode given ? given : expected.putObject("stream_options");
                asking.put("include_usage", true);
            }
            if (capped) {
                for (String member : List.of("max_tokens", "max_completion_tokens")) {
                    if (expected.path(member).asLong() > 500) {
                        expected.put(member, 500);
                    }
                }
                if (!expected.path("max_tokens").isNumber()) {
                    expected.put("max_tokens", 500);
                }
            }
            assertThat(tree(sent)).as(() -> body + " became " + sent).isEqualTo(expected);
        });
    }

    @Test
    void members_that_Tollgate_does_not_know_survive_byte_for_byte() {
        Seeds.each(3_000, random -> {
            RandomJson json = new RandomJson(random);
            String before = unknownMember(json, random) + json.blank();
            String after = json.blank() + unknownMember(json, random);
            String body = "{" + before + ",\"model\":\"m\",\"stream_options\":{\"include_usage\":false}," + after + "}";
            assertThat(forward(body, "gpt-4o", true))
                    .isEqualTo("{" + before + ",\"model\":\"gpt-4o\",\"stream_options\":{\"include_usage\":true},"
                            + after + "}");
        });
    }

    @Test
    void its_length_is_known_before_it_is_written() {
        Seeds.each(1_000, random -> {
            Splice splice = read(randomBody(random), null).forward("gpt-4o", random.nextBoolean());
            int[] written = {0};
            splice.writeTo((array, offset, length) -> written[0] += length);
            assertThat(written[0]).isEqualTo(splice.length());
        });
    }

    /** A model, options of the stream in every form, caps, and members that Tollgate doesn't know, in any order. */
    private static String randomBody(Random random) {
        RandomJson json = new RandomJson(random);
        List<String> members = new ArrayList<>();
        members.add("\"model\":" + json.blank() + "\"m" + json.string().substring(1));
        int unknown = random.nextInt(4);
        for (int i = 0; i < unknown; i++) {
            members.add(unknownMember(json, random));
        }
        if (random.nextBoolean()) {
            members.add("\"stream_options\":" + json.blank() + streamOptions(json, random));
        }
        for (String cap : List.of("max_tokens", "max_completion_tokens")) {
            if (random.nextBoolean()) {
                String value = random.nextInt(3) == 0 ? "null" : Integer.toString(1 + random.nextInt(1_000));
                members.add("\"" + cap + "\"" + json.blank() + ":" + json.blank() + value);
            }
        }
        Collections.shuffle(members, random);
        return "{" + json.blank() + String.join(json.blank() + "," + json.blank(), members) + json.blank() + "}";
    }

    private static String unknownMember(RandomJson json, Random random) {
        return "\"x" + random.nextInt(1_000_000) + json.string().substring(1) + json.blank() + ":" + json.blank()
                + json.value();
    }

    private static String streamOptions(RandomJson json, Random random) {
        List<String> options = new ArrayList<>();
        int unknown = random.nextInt(3);
        for (int i = 0; i < unknown; i++) {
            options.add(unknownMember(json, random));
        }
        switch (random.nextInt(4)) {
            case 0 -> {
                return "null";
            }
            case 1 -> options.add("\"include_usage\":" + json.blank() + "true");
            case 2 -> options.add("\"include_usage\":" + json.blank() + (random.nextBoolean() ? "false" : "null"));
            default -> {}
        }
        Collections.shuffle(options, random);
        return "{" + json.blank() + String.join(json.blank() + "," + json.blank(), options) + json.blank() + "}";
    }

    private static String forward(String body, @Nullable String model, boolean askForUsage) {
        return text(read(body, null).forward(model, askForUsage));
    }

    private static RequestBody read(String body, @Nullable String deployment) {
        return read(Operation.COMPLETION, body, deployment);
    }

    /** Reads a body that lies within a larger array, as bodies do. */
    private static RequestBody read(Operation operation, String body, @Nullable String deployment) {
        byte[] bytes = ("<<" + body + ">>").getBytes(UTF_8);
        return RequestReader.read(operation, bytes, 2, bytes.length - 2, deployment);
    }

    private static String text(Splice splice) {
        return new String(splice.toBytes(), UTF_8);
    }

    private static JsonNode tree(String json) {
        try {
            return JACKSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + json, e);
        }
    }
}
