package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.wire.json.CanonicalDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingsTest {
    private static RequestBody request(String input) {
        byte[] bytes = ("{\"user\":\"x\",\"input\": " + input + " ,\"model\":\"m\"}").getBytes(UTF_8);
        return RequestReader.read(Operation.EMBEDDING, bytes, 0, bytes.length, null);
    }

    private static EmbeddingInputs inputs(String input) {
        return Objects.requireNonNull(EmbeddingInputs.of(request(input)));
    }

    private static String meaning(EmbeddingInputs inputs, int item) {
        CanonicalDigest digest = new CanonicalDigest();
        inputs.tell(item, digest);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static @Nullable List<String> taken(String answer, int items) {
        List<byte[]> embeddings = Embeddings.of(answer.getBytes(UTF_8), items);
        return embeddings == null
                ? null
                : embeddings.stream().map(one -> new String(one, UTF_8)).toList();
    }

    @Nested
    class Inputs {
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                "a"                  | 1
                ["a"]                | 1
                ["a","b","a"]        | 3
                [1,2,3]              | 1
                [[1,2],[3]]          | 2
                ["a",[1]]            | 2
                """)
        void are_texts_or_lists_of_tokens(String input, int items) {
            assertThat(inputs(input).size()).isEqualTo(items);
        }

        @ParameterizedTest
        @ValueSource(strings = {"[]", "{}", "null", "7", "[null]", "[{\"image\":\"x\"}]", "[\"a\",1]"})
        void of_another_form_are_left_alone(String input) {
            assertThat(EmbeddingInputs.of(request(input))).isNull();
        }

        @Test
        void mean_the_same_in_any_company() {
            assertThat(meaning(inputs("[\"b\",\"\\u0061\"]"), 1)).isEqualTo(meaning(inputs("\"a\""), 0));
            assertThat(meaning(inputs("[[1, 2]]"), 0)).isEqualTo(meaning(inputs("[1,2]"), 0));
            assertThat(meaning(inputs("[\"a\"]"), 0)).isNotEqualTo(meaning(inputs("[\"b\"]"), 0));
        }

        @Test
        void can_be_asked_for_in_part() {
            RequestBody some = inputs("[\"a\", \"b\\n\",\"c\"]").only(List.of(1, 2));
            assertThat(new String(some.forward(null, false).toBytes(), UTF_8))
                    .isEqualTo("{\"user\":\"x\",\"input\": [\"b\\n\",\"c\"] ,\"model\":\"m\"}");
            assertThat(some.facts().model()).isEqualTo("m");
            assertThat(some.facts().work().prompts())
                    .isEqualTo(request("[\"b\",\"c\"]").facts().work().prompts());
        }
    }

    @Nested
    class Answers {
        @Test
        void are_taken_apart_by_their_index() {
            assertThat(taken("""
                    {"object":"list","data":[{"embedding":[1, -2.5e-3],"index":1,"object":"embedding"},
                    {"object":"embedding","index":0,"embedding":"AAAA"}],"model":"m","usage":{}}""", 2)).containsExactly("\"AAAA\"", "[1, -2.5e-3]");
            assertThat(taken("{\"data\":[{\"embedding\":[1]},{\"embedding\":[2]}]}", 2))
                    .containsExactly("[1]", "[2]");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"data\":[{\"index\":0,\"embedding\":[1]}]}",
                    "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
                    "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":2,\"embedding\":[1]}]}",
                    "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":null}]}",
                    "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[1]},{\"embedding\":[1]}]}",
                    "{\"data\":[{\"embedding\":[1]},{\"embedding\":[1]}],\"error\":{}}",
                    "{\"data\":{}}",
                    "{\"data\":[1,2]}",
                    "{}",
                    "[]",
                    "{\"data\":[{\"embedding\":[1]}"
                })
        void with_not_just_one_for_each_are_not_used(String answer) {
            assertThat(taken(answer, 2)).isNull();
        }

        @Test
        void that_are_put_together_can_be_taken_apart_again() {
            List<byte[]> some = IntStream.range(0, 100)
                    .mapToObj(i -> ("[" + i + ",0.5]").getBytes(UTF_8))
                    .toList();
            byte[] answer = Embeddings.answer(some, "m\"1", 17);
            assertThat(Embeddings.of(answer, 100)).containsExactlyElementsOf(some);
            ReplyReader reader = new ReplyReader();
            assertThat(reader.read(answer, 0, answer.length)).isTrue();
            assertThat(reader.model()).isEqualTo("m\"1");
            assertThat(Objects.requireNonNull(reader.usage()).usage().inputTokens())
                    .isEqualTo(17);
            assertThat(FinishReader.isRepeatable(Operation.EMBEDDING, answer, false, false))
                    .isTrue();
        }
    }
}
