package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.json.CanonicalDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body means, and what is for Tollgate alone in it. */
class RequestMeaningTest {
    private static final String HELLO = "\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";

    private static RequestBody read(Operation operation, String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return RequestReader.read(operation, bytes, 0, bytes.length, null);
    }

    private static RequestBody chat(String members) {
        return read(Operation.CHAT, "{" + members + "}");
    }

    private static String meaning(Operation operation, RequestBody body) {
        CanonicalDigest digest = new CanonicalDigest();
        body.tell(digest, operation);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String meaning(String members) {
        return meaning(Operation.CHAT, chat(members));
    }

    @Nested
    class Meaning {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"user\":\"alice\"",
                    "\"safety_identifier\":\"a\"",
                    "\"stream\":true",
                    "\"stream\":true,\"stream_options\":{\"include_usage\":true}",
                    "\"metadata\":{\"a\":\"b\"}",
                    "\"store\":true",
                    "\"prompt_cache_key\":\"k\"",
                    "\"cache\":{\"no-cache\":true,\"ttl\":5}"
                })
        void does_not_depend_on(String member) {
            assertThat(meaning(HELLO + "," + member)).isEqualTo(meaning(HELLO));
            assertThat(meaning(member + "," + HELLO)).isEqualTo(meaning(HELLO));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"temperature\":0",
                    "\"seed\":1",
                    "\"max_tokens\":10",
                    "\"n\":2",
                    "\"tools\":[]",
                    "\"service_tier\":\"flex\"",
                    "\"unheard_of\":1",
                    "\"unheard_of\":null"
                })
        void depends_on(String member) {
            assertThat(meaning(HELLO + "," + member)).isNotEqualTo(meaning(HELLO));
        }

        @Test
        void depends_on_the_model_wherever_it_is_named() {
            byte[] without = "{\"messages\":[{}]}".getBytes(UTF_8);
            RequestBody deployed = RequestReader.read(Operation.CHAT, without, 0, without.length, "m");
            assertThat(meaning(Operation.CHAT, deployed)).isEqualTo(meaning("\"model\":\"m\",\"messages\":[{}]"));
            assertThat(meaning("\"model\":\"n\",\"messages\":[{}]"))
                    .isNotEqualTo(meaning("\"model\":\"m\",\"messages\":[{}]"));
        }

        @Test
        void of_a_response_depends_on_whether_it_is_stored() {
            RequestBody plain = read(Operation.RESPONSE, "{\"model\":\"m\",\"input\":\"x\"}");
            RequestBody stored = read(Operation.RESPONSE, "{\"model\":\"m\",\"input\":\"x\",\"store\":false}");
            assertThat(meaning(Operation.RESPONSE, stored)).isNotEqualTo(meaning(Operation.RESPONSE, plain));
        }

        @Test
        void depends_on_what_is_put_into_the_body() {
            RequestBody plain = chat(HELLO);
            RequestBody prompted = plain.with(new Preset("Be brief.", null, -1), Operation.CHAT);
            RequestBody tempered = plain.with(new Preset(null, "0", -1), Operation.CHAT);
            RequestBody capped = plain.with(new Preset(null, null, 9), Operation.CHAT);
            assertThat(new RequestBody[] {plain, prompted, tempered, capped})
                    .extracting(body -> meaning(Operation.CHAT, body))
                    .doesNotHaveDuplicates();
        }
    }

    @Nested
    class Repeatable {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                "temperature":0                        | true
                "temperature":0.0                      | true
                "temperature":-0e5                     | true
                "temperature":0.01                     | false
                "temperature":1                        | false
                "temperature":null                     | false
                "temperature":"0"                      | false
                "temperature":0,"temperature":1        | false
                "seed":7                               | true
                "seed":7,"temperature":1               | true
                "seed":null                            | false
                "n":1                                  | false
                "metadata":{"temperature":0}           | false
                """)
        void is_a_request(String members, boolean repeatable) {
            assertThat(chat(HELLO + "," + members).facts().repeatable()).isEqualTo(repeatable);
        }

        @Test
        void becomes_one_whose_feature_sets_the_temperature_to_zero() {
            Preset cold = new Preset(null, "0.00", -1);
            assertThat(chat(HELLO).with(cold, Operation.CHAT).facts().repeatable())
                    .isTrue();
            assertThat(chat(HELLO + ",\"temperature\":1")
                            .with(cold, Operation.CHAT)
                            .facts()
                            .repeatable())
                    .isFalse();
            assertThat(chat(HELLO)
                            .with(new Preset(null, "0.5", -1), Operation.CHAT)
                            .facts()
                            .repeatable())
                    .isFalse();
        }
    }

    /** LiteLLM's member {@code cache}. */
    @Nested
    class Wish {
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {}                                     | true  | true  | -1  | -1
                {"no-cache":true}                      | false | true  | -1  | -1
                {"no-store":true}                      | true  | false | -1  | -1
                {"use-cache":true}                     | true  | true  | -1  | -1
                {"use-cache":false}                    | false | false | -1  | -1
                {"ttl":300,"s-maxage":600}             | true  | true  | 600 | 300
                {"no-cache":false,"ttl":{"a":[1]}}     | true  | true  | -1  | -1
                """)
        void is_read(String cache, boolean mayFind, boolean mayKeep, long maxAge, long ttl) {
            assertThat(chat(HELLO + ",\"cache\":" + cache).facts().cache())
                    .isEqualTo(new CacheWish(mayFind, mayKeep, false, maxAge, ttl, null));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {"cache":{},@}                         | {@}
                { "cache" : {"ttl":1} , @ }            | { @ }
                {@,"cache":{"namespace":"a"}}          | {@}
                {@ , "cache" : { } }                   | {@ }
                {@,"cache":{},"seed":1}                | {@,"seed":1}
                """)
        void reaches_no_provider(String body, String sent) {
            byte[] forwarded = read(Operation.CHAT, body.replace("@", HELLO))
                    .forward(null, false)
                    .toBytes();
            assertThat(new String(forwarded, UTF_8)).isEqualTo(sent.replace("@", HELLO));
        }

        @Test
        void leaves_a_body_that_can_be_added_to() {
            byte[] only = "{\"cache\":{}}".getBytes(UTF_8);
            RequestBody body = RequestReader.read(Operation.COMPLETION, only, 0, only.length, "m");
            assertThat(new String(body.forward(null, false).toBytes(), UTF_8)).isEqualTo("{\"model\":\"m\"}");

            byte[] first = "{\"cache\":{},\"prompt\":\"x\"}".getBytes(UTF_8);
            RequestBody more = RequestReader.read(Operation.COMPLETION, first, 0, first.length, "m");
            assertThat(new String(more.forward(null, true).toBytes(), UTF_8))
                    .isEqualTo("{\"model\":\"m\",\"stream_options\":{\"include_usage\":true},\"prompt\":\"x\"}");
        }

        @ParameterizedTest
        @ValueSource(strings = {"true", "[1]", "{\"ttl\":1,\"mode\":\"x\"}", "\"5m\""})
        void of_another_kind_is_somebody_elses_and_goes_on(String cache) {
            String json = "{" + HELLO + ",\"cache\":" + cache + "}";
            RequestBody body = read(Operation.CHAT, json);
            assertThat(body.facts().cache()).isEqualTo(CacheWish.BYPASS);
            assertThat(new String(body.forward(null, false).toBytes(), UTF_8)).isEqualTo(json);
        }

        @Test
        void is_given_once() {
            assertThatThrownBy(() -> chat(HELLO + ",\"cache\":{},\"cache\":{}"))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("given twice");
        }
    }
}
