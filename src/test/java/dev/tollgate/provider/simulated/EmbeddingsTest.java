package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddingsTest {
    private static final String SMALL = "text-embedding-3-small";

    @RegisterExtension
    static final Simulation simulation = new Simulation();

    @Test
    void are_the_same_as_base64_and_as_numbers() {
        CreateEmbeddingResponse base64 = create(of("some words")
                .encodingFormat(EmbeddingCreateParams.EncodingFormat.BASE64)
                .build());
        CreateEmbeddingResponse numbers = create(of("some words")
                .encodingFormat(EmbeddingCreateParams.EncodingFormat.FLOAT)
                .build());
        base64.validate();
        assertThat(base64.data().getFirst().embedding())
                .isEqualTo(numbers.data().getFirst().embedding())
                .hasSize(1536);
        assertThat(base64.usage().promptTokens()).isEqualTo(3);
        assertThat(base64.usage().totalTokens()).isEqualTo(3);
    }

    @Test
    void take_texts_tokens_and_batches_of_both() throws Exception {
        assertThat(create(EmbeddingCreateParams.builder()
                                .model(SMALL)
                                .inputOfArrayOfStrings(List.of("one", "two", "three"))
                                .build())
                        .data())
                .hasSize(3);
        JsonNode tokens = post("[1,2,3,4,5]");
        assertThat(tokens.path("data")).hasSize(1);
        assertThat(tokens.at("/usage/prompt_tokens").asLong()).isEqualTo(5);
        JsonNode batch = post("[[1,2],[3]]");
        assertThat(batch.path("data")).hasSize(2);
        assertThat(batch.at("/data/1/index").asLong()).isEqualTo(1);
        assertThat(batch.at("/usage/prompt_tokens").asLong()).isEqualTo(3);
    }

    @Test
    void have_as_many_dimensions_as_asked_and_the_length_one() {
        List<Float> vector =
                create(of("hello").dimensions(256).build()).data().getFirst().embedding();
        assertThat(vector).hasSize(256);
        assertThat(vector.stream().mapToDouble(number -> number * number).sum()).isCloseTo(1, within(1e-5));
    }

    @Test
    void are_close_where_words_are_shared() {
        float[] first = Embeddings.vector("how do I reset my password", 512);
        float[] second = Embeddings.vector("How can I reset the password?", 512);
        float[] third = Embeddings.vector("the weather is fine today", 512);
        assertThat(cosine(first, first)).isCloseTo(1, within(1e-5));
        assertThat(cosine(first, second)).isGreaterThan(cosine(first, third) + 0.2);
    }

    @Test
    void refuse_what_openai_refuses() throws Exception {
        for (String input : List.of("\"\"", "[]", "[\"\"]", "null", "[[]]")) {
            assertThat(simulation
                            .post("/v1/embeddings", "{\"model\":\"" + SMALL + "\",\"input\":" + input + "}")
                            .statusCode())
                    .as(input)
                    .isEqualTo(400);
        }
        assertThat(simulation
                        .post("/v1/embeddings", "{\"model\":\"" + SMALL + "\",\"input\":\"a\",\"dimensions\":3073}")
                        .statusCode())
                .isEqualTo(400);
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static EmbeddingCreateParams.Builder of(String text) {
        return EmbeddingCreateParams.builder().model(SMALL).input(text);
    }

    private static CreateEmbeddingResponse create(EmbeddingCreateParams params) {
        return simulation.sdk().embeddings().create(params);
    }

    private static JsonNode post(String input) throws Exception {
        return Simulation.json(
                simulation.post("/v1/embeddings", "{\"model\":\"" + SMALL + "\",\"input\":" + input + "}"));
    }
}
