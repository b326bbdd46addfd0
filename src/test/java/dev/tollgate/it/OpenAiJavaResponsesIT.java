package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.JsonValue;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.tollgate.testkit.SharedTollgate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The responses API through the official SDK. */
class OpenAiJavaResponsesIT {
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
    void responds() {
        calls.same(sdk -> sdk.responses().create(hello("gpt-4.1-mini").build()));

        assertThat(calls.bookedExactly().text("operation")).isEqualTo("response");
    }

    @Test
    void responds_with_reasoning() {
        calls.same(sdk -> sdk.responses().create(hello("o3").build()));

        assertThat(calls.bookedExactly().count("reasoning")).isEqualTo(128);
    }

    @Test
    void streams_typed_events() {
        List<ResponseStreamEvent> events = calls.sameStream(
                sdk -> sdk.responses().createStreaming(hello("gpt-5-mini").build()));

        assertThat(events.getFirst().isCreated()).isTrue();
        assertThat(events.getLast().asCompleted().response().usage()).isPresent();
        calls.bookedExactly();
    }

    @Test
    void calls_a_function() {
        Response answer = calls.same(sdk -> sdk.responses()
                .create(hello("gpt-4o")
                        .addTool(FunctionTool.builder()
                                .name("get_weather")
                                .strict(true)
                                .parameters(FunctionTool.Parameters.builder()
                                        .putAdditionalProperty("type", JsonValue.from("object"))
                                        .putAdditionalProperty(
                                                "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                        .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                        .build())
                                .build())
                        .build()));

        assertThat(answer.output().getFirst().asFunctionCall().name()).isEqualTo("get_weather");
        calls.bookedExactly();
    }

    @Test
    void answers_in_the_shape_of_a_class() {
        calls.same(sdk -> sdk.responses()
                .create(hello("gpt-4o").text(Capital.class).build())
                .output()
                .getFirst()
                .asMessage()
                .content()
                .getFirst()
                .asOutputText()
                .city);
        calls.bookedExactly();
    }

    @Test
    void continues_reads_and_deletes_what_it_said() {
        calls.same(sdk -> {
            Response first = sdk.responses().create(hello("gpt-4o-mini").build());
            Response second = sdk.responses()
                    .create(ResponseCreateParams.builder()
                            .model("gpt-4o-mini")
                            .input("And then?")
                            .previousResponseId(first.id())
                            .build());
            Response read = sdk.responses().retrieve(second.id());
            List<?> items = sdk.responses().inputItems().list(second.id()).items();
            sdk.responses().delete(first.id());
            return List.of(first, second, read, items);
        });

        assertThat(calls.booked(5))
                .extracting(entry -> entry.text("operation"))
                .containsExactly("object", "object", "object", "response", "response");
    }

    private static ResponseCreateParams.Builder hello(String model) {
        return ResponseCreateParams.builder().model(model).input("Hello");
    }
}
