package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.Reasoning;
import com.openai.models.ReasoningEffort;
import com.openai.models.conversations.Conversation;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import com.openai.models.responses.WebSearchTool;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ResponsesTest {
    @RegisterExtension
    static final Simulation simulation = new Simulation();

    /** What a caller's class for a structured answer looks like. */
    static class Person {
        public String name = "";
        public boolean adult;
    }

    @Test
    void answer_with_everything_that_the_sdk_expects() {
        Response response = create(hello("gpt-4.1").build());
        response.validate();
        assertThat(text(response)).isEqualTo("This is a simulated answer from gpt-4.1. You said: Hello");
        assertThat(response.status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(response.usage().orElseThrow().inputTokens()).isEqualTo(5);
        assertThat(response.usage().orElseThrow().outputTokens()).isEqualTo(14);
    }

    @Test
    void use_tools_no_more_often_than_they_may_and_bill_each_call() {
        Response response = simulation
                .sdk()
                .responses()
                .create(hello("gpt-4.1")
                        .addTool(WebSearchTool.builder()
                                .type(WebSearchTool.Type.WEB_SEARCH)
                                .build())
                        .addFileSearchTool(List.of("vs_1"))
                        .maxToolCalls(3)
                        .putAdditionalHeader("x-simulate-tool-calls", "9")
                        .putAdditionalHeader("x-simulate-tag", "tools")
                        .build());
        assertThat(response.output().stream().filter(ResponseOutputItem::isWebSearchCall))
                .hasSize(2);
        assertThat(response.output().stream().filter(ResponseOutputItem::isFileSearchCall))
                .hasSize(1);
        assertThat(text(response)).contains("You said: Hello");
        Usage billed = simulation.billed("tools");
        assertThat(billed.count(Meter.WEB_SEARCH)).isEqualTo(2);
        assertThat(billed.count(Meter.FILE_SEARCH)).isEqualTo(1);
        assertThat(billed.inputTokens())
                .as("four times the prompt, and what was found")
                .isEqualTo(response.usage().orElseThrow().inputTokens())
                .isGreaterThan(4 * 5 + 6 * 100);
    }

    @Test
    void count_reasoning_inside_the_output() {
        Response response = create(hello("o4-mini")
                .reasoning(Reasoning.builder().effort(ReasoningEffort.HIGH).build())
                .build());
        assertThat(response.usage().orElseThrow().outputTokensDetails().reasoningTokens())
                .isEqualTo(256);
        assertThat(response.usage().orElseThrow().outputTokens()).isEqualTo(256 + 14);
        assertThat(response.output().getFirst().isReasoning()).isTrue();
    }

    @Test
    void stream_typed_events_in_sequence() {
        List<ResponseStreamEvent> events = stream(hello("gpt-5").build());
        events.forEach(ResponseStreamEvent::validate);
        assertThat(events.getFirst().isCreated()).isTrue();
        assertThat(events.get(1).isInProgress()).isTrue();
        assertThat(events.stream()
                        .flatMap(event -> event.outputTextDelta().stream())
                        .map(delta -> delta.delta())
                        .collect(Collectors.joining()))
                .isEqualTo("This is a simulated answer from gpt-5. You said: Hello");
        Response completed = events.getLast().asCompleted().response();
        assertThat(completed.usage().orElseThrow().outputTokens()).isEqualTo(128 + 14);
    }

    @Test
    void number_their_events_without_a_gap() throws Exception {
        String stream = simulation
                .post("/v1/responses", "{\"model\":\"gpt-5\",\"stream\":true,\"input\":\"Hello\"}")
                .body();
        List<String> numbers = Simulation.data(stream).stream()
                .map(data -> data.replaceFirst(".*\"sequence_number\":(\\d+)}$", "$1"))
                .toList();
        assertThat(numbers)
                .isEqualTo(IntStream.range(0, numbers.size())
                        .mapToObj(Integer::toString)
                        .toList());
    }

    @Test
    void stop_at_the_bound_and_say_so() {
        Response response = create(hello("gpt-4.1").maxOutputTokens(16).build());
        assertThat(response.status()).hasValue(ResponseStatus.COMPLETED);
        response = create(hello("gpt-4.1").maxOutputTokens(3).build());
        assertThat(response.status()).hasValue(ResponseStatus.INCOMPLETE);
        assertThat(response.incompleteDetails()
                        .orElseThrow()
                        .reason()
                        .orElseThrow()
                        .asString())
                .isEqualTo("max_output_tokens");
        assertThat(stream(hello("gpt-4.1").maxOutputTokens(3).build()).getLast().isIncomplete())
                .isTrue();
    }

    @Test
    void call_a_function_and_speak_about_what_it_returned() {
        ResponseCreateParams question = hello("gpt-4.1").addTool(weather()).build();
        Response first = create(question);
        ResponseFunctionToolCall call = first.output().getFirst().asFunctionCall();
        assertThat(call.arguments()).isEqualTo("{\"city\":\"simulated city\"}");
        Response second = create(ResponseCreateParams.builder()
                .model("gpt-4.1")
                .previousResponseId(first.id())
                .addTool(weather())
                .inputOfResponse(
                        List.of(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                                .callId(call.callId())
                                .output("21 degrees")
                                .build())))
                .build());
        assertThat(text(second)).isEqualTo("This is a simulated answer. The tool returned: 21 degrees");

        List<ResponseStreamEvent> events = stream(question);
        assertThat(events.stream()
                        .flatMap(event -> event.functionCallArgumentsDelta().stream())
                        .map(delta -> delta.delta())
                        .collect(Collectors.joining()))
                .isEqualTo("{\"city\":\"simulated city\"}");
        events.forEach(ResponseStreamEvent::validate);
    }

    @Test
    void answer_in_the_shape_of_a_class() {
        Person person = simulation
                .sdk()
                .responses()
                .create(hello("gpt-4.1").text(Person.class).build())
                .output()
                .getFirst()
                .asMessage()
                .content()
                .getFirst()
                .asOutputText();
        assertThat(person.name).isEqualTo("simulated name");
        assertThat(person.adult).isTrue();
    }

    @Test
    void are_kept_and_continued_by_id() {
        Response first = create(hello("gpt-4.1").build());
        assertThat(simulation.sdk().responses().retrieve(first.id())).isEqualTo(first);
        assertThat(simulation.sdk().responses().inputItems().list(first.id()).data())
                .hasSize(1);

        Response second = create(hello("gpt-4.1").previousResponseId(first.id()).build());
        assertThat(second.usage().orElseThrow().inputTokens()).isEqualTo(5 + 14 + 3 + 5);

        simulation.sdk().responses().delete(first.id());
        assertThatThrownBy(() -> simulation.sdk().responses().retrieve(first.id()))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() ->
                        create(hello("gpt-4.1").previousResponseId(second.id()).build()))
                .isInstanceOfSatisfying(
                        BadRequestException.class, e -> assertThat(e.code()).hasValue("previous_response_not_found"));
    }

    @Test
    void are_not_kept_when_that_is_not_wanted() {
        Response response = create(hello("gpt-4.1").store(false).build());
        assertThatThrownBy(() -> simulation.sdk().responses().retrieve(response.id()))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void in_the_background_are_queued_and_later_complete() throws Exception {
        String body = simulation
                .post(
                        "/v1/responses",
                        "{\"model\":\"gpt-4.1\",\"background\":true,\"input\":\"Hello\"}",
                        "x-simulate-tag",
                        "background")
                .body();
        assertThat(body).contains("\"status\":\"queued\"").contains("\"usage\":null");
        assertThat(simulation.billed("background").count(Meter.OUTPUT)).isEqualTo(14);
        String id = body.replaceFirst(".*?\"id\":\"(\\w+)\".*", "$1");
        assertThat(simulation.sdk().responses().retrieve(id).status()).hasValue(ResponseStatus.COMPLETED);
        assertThat(simulation.sdk().responses().cancel(id).status()).hasValue(ResponseStatus.CANCELLED);
        assertThatThrownBy(() -> simulation
                        .sdk()
                        .responses()
                        .cancel(create(hello("gpt-4.1").build()).id()))
                .isInstanceOf(BadRequestException.class);
    }

    @Test
    void read_and_extend_a_conversation() {
        Conversation conversation = simulation.sdk().conversations().create();
        create(hello("gpt-4.1").conversation(conversation.id()).build());
        Response second =
                create(hello("gpt-4.1").conversation(conversation.id()).build());
        assertThat(second.usage().orElseThrow().inputTokens()).isEqualTo(5 + 14 + 3 + 5);
        assertThat(simulation
                        .sdk()
                        .conversations()
                        .items()
                        .list(conversation.id())
                        .data())
                .hasSize(4);
        assertThatThrownBy(
                        () -> create(hello("gpt-4.1").conversation("conv_none").build()))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void count_input_without_answering() throws Exception {
        assertThat(Simulation.json(simulation.post(
                                "/v1/responses/input_tokens", "{\"model\":\"gpt-4.1\",\"input\":\"Hello\"}"))
                        .path("input_tokens")
                        .asLong())
                .isEqualTo(5);
    }

    private static ResponseCreateParams.Builder hello(String model) {
        return ResponseCreateParams.builder().model(model).input("Hello");
    }

    private static FunctionTool weather() {
        return FunctionTool.builder()
                .name("get_weather")
                .strict(true)
                .parameters(FunctionTool.Parameters.builder()
                        .putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .build())
                .build();
    }

    private static Response create(ResponseCreateParams params) {
        return simulation.sdk().responses().create(params);
    }

    private static List<ResponseStreamEvent> stream(ResponseCreateParams params) {
        try (StreamResponse<ResponseStreamEvent> stream =
                simulation.sdk().responses().createStreaming(params)) {
            return stream.stream().toList();
        }
    }

    private static String text(Response response) {
        return response.output().stream()
                .filter(ResponseOutputItem::isMessage)
                .map(item ->
                        item.asMessage().content().getFirst().asOutputText().text())
                .collect(Collectors.joining());
    }
}
