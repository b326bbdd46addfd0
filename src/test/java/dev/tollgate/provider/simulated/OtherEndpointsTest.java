package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import com.openai.models.moderations.ModerationCreateParams;
import com.openai.models.moderations.ModerationCreateResponse;
import dev.tollgate.kernel.Meter;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OtherEndpointsTest {
    @RegisterExtension
    static final Simulation simulation = new Simulation();

    private final OpenAIClient sdk = simulation.sdk();

    @Test
    void models_are_listed_and_read() {
        List<Model> models = sdk.models().list().data();
        models.forEach(Model::validate);
        assertThat(models).extracting(Model::id).contains("gpt-4o", "text-embedding-3-small");
        assertThat(sdk.models().retrieve("anything/else").id()).isEqualTo("anything/else");
        assertThatThrownBy(() -> sdk.models().retrieve("no-such-thing")).isInstanceOf(NotFoundException.class);
        assertThat(sdk.models().delete("ft:gpt-4o:mine").deleted()).isTrue();
        assertThatThrownBy(() -> sdk.models().delete("gpt-4o")).isInstanceOf(PermissionDeniedException.class);
    }

    @Test
    void completions_answer_and_stream() {
        CompletionCreateParams hello = CompletionCreateParams.builder()
                .model("gpt-3.5-turbo-instruct")
                .prompt("Hello")
                .build();
        Completion whole = sdk.completions().create(hello);
        whole.validate();
        assertThat(whole.usage().orElseThrow().promptTokens()).isEqualTo(2);
        try (StreamResponse<Completion> stream = sdk.completions().createStreaming(hello)) {
            assertThat(stream.stream()
                            .map(chunk -> chunk.choices().getFirst().text())
                            .collect(Collectors.joining()))
                    .isEqualTo(whole.choices().getFirst().text());
        }
    }

    @Test
    void completions_take_several_prompts_and_report_usage_last() throws Exception {
        String body = simulation
                .post(
                        "/v1/completions",
                        "{\"model\":\"babbage-002\",\"prompt\":[\"one\",\"two two\"],\"n\":2,\"stream\":true,"
                                + "\"max_tokens\":3,\"stream_options\":{\"include_usage\":true}}",
                        "x-simulate-tag",
                        "prompts")
                .body();
        List<String> data = Simulation.data(body);
        assertThat(data).hasSize(1 + 4 * (3 + 1) + 1 + 1);
        assertThat(data.get(data.size() - 2)).contains("\"prompt_tokens\":3,\"completion_tokens\":12");
        assertThat(simulation.billed("prompts").count(Meter.OUTPUT)).isEqualTo(12);
        JsonNode tokens =
                Simulation.json(simulation.post("/v1/completions", "{\"model\":\"babbage-002\",\"prompt\":[1,2,3,4]}"));
        assertThat(tokens.at("/usage/prompt_tokens").asLong()).isEqualTo(4);
    }

    @Test
    void moderations_flag_what_asks_for_it() {
        ModerationCreateResponse answer = sdk.moderations()
                .create(ModerationCreateParams.builder()
                        .inputOfStrings(List.of("a friendly text", "simulate-flagged"))
                        .build());
        answer.validate();
        assertThat(answer.results()).extracting(result -> result.flagged()).containsExactly(false, true);
        assertThat(simulation
                        .provider()
                        .charges()
                        .ofModel("omni-moderation-latest")
                        .isNone())
                .isTrue();
    }
}
