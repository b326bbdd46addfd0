package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import com.openai.models.moderations.ModerationCreateParams;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.SharedTollgate;
import dev.tollgate.testkit.TestProvider;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The official SDK, of which only base URL and key were changed, sees no difference between Tollgate and the provider. */
class OpenAiJavaIT {
    private final SdkComparison calls = new SdkComparison();

    @AfterAll
    static void nothing_was_complained_about() {
        assertThat(SharedTollgate.get().complaints()).isEmpty();
    }

    /** What a caller's class for a structured answer looks like. */
    static class Capital {
        public String city = "";
        public long inhabitants;
    }

    @Test
    void chats() {
        ChatCompletion answer = calls.same(
                sdk -> sdk.chat().completions().create(hello("gpt-4o-mini").build()));

        assertThat(answer.choices().getFirst().message().content())
                .hasValue("This is a simulated answer from gpt-4o-mini. You said: Hello");
        Ledger.Entry entry = calls.bookedExactly();
        assertThat(entry.text("operation")).isEqualTo("chat");
        assertThat(entry.text("model_asked")).isEqualTo("gpt-4o-mini");
        assertThat(entry.text("provider")).isEqualTo("openai");
        assertThat(entry.count("input")).isEqualTo(5);
        assertThat(entry.count("output")).isEqualTo(15);
    }

    @Test
    void chats_with_a_model_that_reasons() {
        calls.same(sdk -> sdk.chat().completions().create(hello("gpt-5").build()));

        assertThat(calls.bookedExactly().count("reasoning")).isEqualTo(128);
    }

    @Test
    void chats_with_a_prompt_that_the_provider_has_cached() {
        ChatCompletionCreateParams ask =
                hello("gpt-4.1").addSystemMessage("A long prompt. ".repeat(400)).build();
        calls.through().chat().completions().create(ask);

        calls.same(sdk -> sdk.chat().completions().create(ask));
        assertThat(calls.bookedExactly().count("cached_input")).isPositive();
    }

    @Test
    void streams_without_the_usage_that_was_not_asked_for() {
        List<ChatCompletionChunk> chunks = calls.sameStream(sdk ->
                sdk.chat().completions().createStreaming(hello("gpt-4o-mini").build()));

        assertThat(text(chunks)).isEqualTo("This is a simulated answer from gpt-4o-mini. You said: Hello");
        assertThat(chunks).allMatch(chunk -> chunk.usage().isEmpty());
        assertThat(calls.bookedExactly().json().path("streamed").asBoolean()).isTrue();
    }

    @Test
    void streams_with_the_usage_that_was_asked_for() {
        List<ChatCompletionChunk> chunks = calls.sameStream(sdk -> sdk.chat()
                .completions()
                .createStreaming(hello("gpt-5-mini")
                        .streamOptions(ChatCompletionStreamOptions.builder()
                                .includeUsage(true)
                                .build())
                        .build()));

        assertThat(chunks.getLast().usage().orElseThrow().promptTokens()).isEqualTo(5);
        calls.bookedExactly();
    }

    @Test
    void takes_a_tool_call_to_its_answer() {
        ChatCompletionCreateParams question = weather().build();
        ChatCompletion first = calls.same(sdk -> sdk.chat().completions().create(question));
        calls.bookedExactly();
        ChatCompletionMessageFunctionToolCall call = first.choices()
                .getFirst()
                .message()
                .toolCalls()
                .orElseThrow()
                .getFirst()
                .asFunction();
        assertThat(call.function().arguments()).isEqualTo("{\"city\":\"simulated city\"}");

        ChatCompletion second = calls.same(sdk -> sdk.chat()
                .completions()
                .create(question.toBuilder()
                        .addMessage(first.choices().getFirst().message())
                        .addMessage(ChatCompletionToolMessageParam.builder()
                                .toolCallId(call.id())
                                .content("21 degrees")
                                .build())
                        .build()));
        assertThat(second.choices().getFirst().message().content())
                .hasValue("This is a simulated answer. The tool returned: 21 degrees");
        calls.bookedExactly();
    }

    @Test
    void streams_a_tool_call() {
        List<ChatCompletionChunk> chunks = calls.sameStream(
                sdk -> sdk.chat().completions().createStreaming(weather().build()));

        assertThat(chunks.getLast().choices().getFirst().finishReason())
                .hasValue(ChatCompletionChunk.Choice.FinishReason.TOOL_CALLS);
        calls.bookedExactly();
    }

    @Test
    void answers_in_the_shape_of_a_class() {
        String city = calls.same(sdk -> sdk.chat()
                .completions()
                .create(hello("gpt-4o").responseFormat(Capital.class).build())
                .choices()
                .getFirst()
                .message()
                .content()
                .map(capital -> capital.city)
                .orElseThrow());

        assertThat(city).isEqualTo("simulated city");
        calls.bookedExactly();
    }

    @Test
    void completes_in_the_old_way() {
        CompletionCreateParams ask = CompletionCreateParams.builder()
                .model("gpt-3.5-turbo-instruct")
                .prompt("Once")
                .build();

        calls.same(sdk -> sdk.completions().create(ask));
        calls.bookedExactly();
        calls.sameStream(sdk -> sdk.completions().createStreaming(ask));
        calls.bookedExactly();
    }

    @Test
    void embeds() {
        CreateEmbeddingResponse answer = calls.same(sdk -> sdk.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("text-embedding-3-small")
                        .inputOfArrayOfStrings(List.of("one text", "another text"))
                        .build()));

        assertThat(answer.data()).hasSize(2);
        assertThat(answer.data().getFirst().embedding()).hasSize(1536);
        calls.bookedExactly();
    }

    @Test
    void moderates_for_free() {
        calls.same(sdk -> sdk.moderations()
                .create(ModerationCreateParams.builder().input("Hello").build()));

        assertThat(calls.bookedExactly().charge().nanos()).isZero();
    }

    @Test
    void lists_the_models_that_have_a_price() {
        List<Model> models = calls.through().models().list().data();

        assertThat(calls.booked().outcome()).isEqualTo("local");
        assertThat(models)
                .isEqualTo(calls.direct().models().list().data().stream()
                        .filter(model -> TestProvider.hasPrice(model.id()))
                        .toList());
    }

    @Test
    void finds_a_model() {
        calls.same(sdk -> sdk.models().retrieve("gpt-4o-mini"));

        assertThat(calls.booked().outcome()).isEqualTo("local");
    }

    private static ChatCompletionCreateParams.Builder hello(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello");
    }

    private static ChatCompletionCreateParams.Builder weather() {
        return ChatCompletionCreateParams.builder()
                .model("gpt-4o")
                .addUserMessage("How is the weather?")
                .addFunctionTool(FunctionDefinition.builder()
                        .name("get_weather")
                        .parameters(FunctionParameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty(
                                        "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .build())
                        .build());
    }

    private static String text(List<ChatCompletionChunk> chunks) {
        return chunks.stream()
                .flatMap(chunk -> chunk.choices().getFirst().delta().content().stream())
                .collect(Collectors.joining());
    }
}
