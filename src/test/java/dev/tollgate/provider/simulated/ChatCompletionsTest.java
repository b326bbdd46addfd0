package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChatCompletionsTest {
    private static final String PATH = "/v1/chat/completions";

    @RegisterExtension
    static final Simulation simulation = new Simulation();

    /** What a caller's class for a structured answer looks like. */
    static class Capital {
        public String city = "";
        public long inhabitants;
        public List<String> rivers = List.of();
    }

    @Test
    void answers_with_everything_that_the_sdk_expects() {
        ChatCompletion answer = simulation.sdk().chat().completions().create(hello("gpt-4o"));
        answer.validate();
        assertThat(answer.created()).isEqualTo(Simulation.NOW.getEpochSecond());
        assertThat(answer.choices().getFirst().message().content())
                .hasValue("This is a simulated answer from gpt-4o. You said: Hello");
        assertThat(answer.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
        assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(5);
        assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(14);
    }

    @Test
    void gives_the_same_request_the_same_answer() throws Exception {
        String first = simulation.post(PATH, ask("gpt-4o", "")).body();
        String second = simulation.post(PATH, ask("gpt-4o", "")).body();
        assertThat(first.replaceFirst("chatcmpl-\\w+", "")).isEqualTo(second.replaceFirst("chatcmpl-\\w+", ""));
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void streams_the_same_text_one_token_per_chunk() {
        List<ChatCompletionChunk> chunks = stream(hello("gpt-4o"));
        assertThat(text(chunks)).isEqualTo("This is a simulated answer from gpt-4o. You said: Hello");
        assertThat(chunks).hasSize(1 + 14 + 1);
        assertThat(chunks.getLast().choices().getFirst().finishReason())
                .hasValue(ChatCompletionChunk.Choice.FinishReason.STOP);
        assertThat(chunks).allMatch(chunk -> chunk.usage().isEmpty());
    }

    @Test
    void streams_the_usage_last_when_asked() throws Exception {
        List<ChatCompletionChunk> chunks = stream(hello("gpt-4o").toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build());
        assertThat(chunks.getLast().choices()).isEmpty();
        assertThat(chunks.getLast().usage().orElseThrow().totalTokens()).isEqualTo(19);

        List<String> data = Simulation.data(simulation
                .post(PATH, ask("gpt-4o", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"))
                .body());
        assertThat(data.getLast()).isEqualTo("[DONE]");
        assertThat(data.subList(0, data.size() - 2)).allMatch(chunk -> chunk.endsWith("\"usage\":null}"));
        assertThat(Simulation.data(
                        simulation.post(PATH, ask("gpt-4o", ",\"stream\":true")).body()))
                .noneMatch(chunk -> chunk.contains("usage"));
    }

    @Test
    void calls_a_tool_and_speaks_about_what_it_returned() {
        ChatCompletionCreateParams question = withTool(hello("gpt-4o"));
        ChatCompletion first = simulation.sdk().chat().completions().create(question);
        ChatCompletion.Choice choice = first.choices().getFirst();
        ChatCompletionMessageFunctionToolCall call =
                choice.message().toolCalls().orElseThrow().getFirst().asFunction();
        assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        assertThat(call.function().name()).isEqualTo("get_weather");
        assertThat(call.function().arguments()).isEqualTo("{\"city\":\"simulated city\",\"unit\":\"celsius\"}");

        ChatCompletion second = simulation
                .sdk()
                .chat()
                .completions()
                .create(question.toBuilder()
                        .addMessage(choice.message())
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("21 degrees")
                                .build())
                        .build());
        assertThat(second.choices().getFirst().message().content())
                .hasValue("This is a simulated answer. The tool returned: 21 degrees");
    }

    @Test
    void streams_a_tool_call_as_deltas_of_its_arguments() {
        List<ChatCompletionChunk> chunks = stream(withTool(hello("gpt-4o")));
        String arguments = chunks.stream()
                .flatMap(chunk -> chunk.choices().getFirst().delta().toolCalls().stream())
                .flatMap(List::stream)
                .map(call -> call.function().orElseThrow().arguments().orElse(""))
                .collect(Collectors.joining());
        assertThat(arguments).isEqualTo("{\"city\":\"simulated city\",\"unit\":\"celsius\"}");
        assertThat(chunks.getLast().choices().getFirst().finishReason())
                .hasValue(ChatCompletionChunk.Choice.FinishReason.TOOL_CALLS);
    }

    @Test
    void answers_in_the_shape_of_a_class() {
        Capital capital = simulation
                .sdk()
                .chat()
                .completions()
                .create(hello("gpt-4o").toBuilder()
                        .responseFormat(Capital.class)
                        .build())
                .choices()
                .getFirst()
                .message()
                .content()
                .orElseThrow();
        assertThat(capital.city).isEqualTo("simulated city");
        assertThat(capital.rivers).containsExactly("simulated rivers");
    }

    @Test
    void stops_at_the_bound_and_at_a_stop_text() {
        ChatCompletion bounded = simulation
                .sdk()
                .chat()
                .completions()
                .create(hello("gpt-4o").toBuilder().maxCompletionTokens(4).build());
        assertThat(bounded.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.LENGTH);
        assertThat(bounded.choices().getFirst().message().content()).hasValue("This is a simula");
        assertThat(bounded.usage().orElseThrow().completionTokens()).isEqualTo(4);
        assertThat(simulation
                        .sdk()
                        .chat()
                        .completions()
                        .create(hello("gpt-4o").toBuilder().stop(" answer").build())
                        .choices()
                        .getFirst()
                        .message()
                        .content())
                .hasValue("This is a simulated");
    }

    @Test
    void stays_below_the_bound_where_that_ends_it_before_it_can_name_a_function() throws Exception {
        String tool = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a_long_name\"}}]";
        JsonNode usage = usage(ask("gpt-5-mini", tool + ",\"max_completion_tokens\":10"));
        assertThat(usage.path("completion_tokens").asLong()).isEqualTo(10);
        assertThat(usage(ask("gpt-4o", tool + ",\"max_completion_tokens\":1"))
                        .path("completion_tokens")
                        .asLong())
                .isZero();
    }

    @Test
    void counts_reasoning_inside_the_completion() throws Exception {
        JsonNode usage = usage(ask("gpt-5-mini", ",\"reasoning_effort\":\"low\""));
        assertThat(usage.at("/completion_tokens_details/reasoning_tokens").asLong())
                .isEqualTo(64);
        assertThat(usage.path("completion_tokens").asLong()).isEqualTo(64 + 15);
        JsonNode cut = usage(ask("gpt-5-mini", ",\"reasoning_effort\":\"low\",\"max_completion_tokens\":60"));
        assertThat(cut.path("completion_tokens").asLong()).isEqualTo(60);
    }

    @Test
    void caches_long_prompts_in_steps_of_128_tokens() throws Exception {
        String shared = "All work and no play. ".repeat(250);
        assertThat(cached(shared + "first")).isZero();
        assertThat(cached(shared + "second")).isEqualTo(1280);
        assertThat(cached(shared.replace("All", "Any") + "second")).isZero();
        assertThat(cached("short")).isZero();
        assertThat(cached("short")).isZero();
    }

    @Test
    void gives_as_many_choices_as_asked_and_counts_them_all() throws Exception {
        JsonNode answer = Simulation.json(simulation.post(PATH, ask("gpt-4o", ",\"n\":3")));
        assertThat(answer.path("choices")).hasSize(3);
        assertThat(answer.at("/usage/completion_tokens").asLong()).isEqualTo(14 + 17 + 17);
        assertThat(stream(hello("gpt-4o").toBuilder().n(3).build())).hasSize(3 * 2 + 14 + 17 + 17);
    }

    @Test
    void says_which_service_tier_served() throws Exception {
        assertThat(tier("")).isEqualTo("default");
        assertThat(tier(",\"service_tier\":\"auto\"")).isEqualTo("default");
        assertThat(tier(",\"service_tier\":\"flex\"")).isEqualTo("flex");
        assertThat(tier(",\"service_tier\":\"priority\"", "x-simulate-service-tier", "default"))
                .isEqualTo("default");
    }

    @Test
    void refuses_as_openai_does() {
        assertThatThrownBy(() -> simulation.sdk().chat().completions().create(hello("no-such-model")))
                .isInstanceOfSatisfying(
                        NotFoundException.class, e -> assertThat(e.code()).hasValue("model_not_found"));
        assertThatThrownBy(() -> simulation
                        .sdk()
                        .chat()
                        .completions()
                        .create(hello("gpt-4o").toBuilder().n(200).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.param()).hasValue("n"));
    }

    private static ChatCompletionCreateParams hello(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Hello")
                .build();
    }

    private static ChatCompletionCreateParams withTool(ChatCompletionCreateParams params) {
        return params.toBuilder()
                .addFunctionTool(FunctionDefinition.builder()
                        .name("get_weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties",
                                        JsonValue.from(new TreeMap<>(Map.of(
                                                "city", Map.of("type", "string"),
                                                "unit", Map.of("enum", List.of("celsius", "fahrenheit"))))))
                                .build())
                        .build())
                .build();
    }

    private static List<ChatCompletionChunk> stream(ChatCompletionCreateParams params) {
        try (StreamResponse<ChatCompletionChunk> stream =
                simulation.sdk().chat().completions().createStreaming(params)) {
            return stream.stream().toList();
        }
    }

    private static String text(List<ChatCompletionChunk> chunks) {
        return chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .map(choice -> choice.delta().content().orElse(""))
                .collect(Collectors.joining());
    }

    private static String ask(String model, String members) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]" + members + "}";
    }

    private static JsonNode usage(String request) throws Exception {
        return Simulation.json(simulation.post(PATH, request)).path("usage");
    }

    private static long cached(String prompt) throws Exception {
        return usage("{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}")
                .at("/prompt_tokens_details/cached_tokens")
                .asLong();
    }

    private static String tier(String members, String... headers) throws Exception {
        return Simulation.json(simulation.post(PATH, ask("gpt-4o", members), headers))
                .path("service_tier")
                .asText();
    }
}
