package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What leaves Tollgate besides answers: spans over OTLP and a log of JSON, both without a secret in them. Administration
 * has a port of its own here.
 */
class TelemetryIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String PROVIDER_KEY = "sk-provider-" + UUID.randomUUID();
    private static final String ADMIN_TOKEN = "admin-" + UUID.randomUUID() + UUID.randomUUID();
    private static final String PROMPT = "prompt-" + UUID.randomUUID();
    private static final String ANSWER = "answer-" + UUID.randomUUID();

    private static final String COMPLETION = "{\"id\":\"chatcmpl-1\",\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":"
            + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + ANSWER + "\"}}],"
            + "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":20,\"total_tokens\":120,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":64}}}";

    private static final FakeUpstream PROVIDER = FakeUpstream.start();
    private static final FakeUpstream COLLECTOR =
            FakeUpstream.start().answering(FakeUpstream.whole(200, "application/x-protobuf", ""));

    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(TestPostgres.freshDatabase())
            .asking(PROVIDER.baseUrl(), PROVIDER_KEY)
            .with("TOLLGATE_ADMIN_PORT", Integer.toString(FreePort.any()))
            .with("TOLLGATE_ADMIN_TOKEN", ADMIN_TOKEN)
            .with("TOLLGATE_ACCESS_LOG", "true")
            .with("TOLLGATE_LOG_FORMAT", "json")
            .with("QUARKUS_LOG_LEVEL", "DEBUG")
            .with("QUARKUS_OTEL_SDK_DISABLED", "false")
            .with("QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", "http://" + COLLECTOR.authority())
            .with("QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
            .with("QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "100ms")
            .start();

    private final ApiClient api = TOLLGATE.api();

    @AfterAll
    static void nothing_secret_was_logged_or_traced() {
        TOLLGATE.close();
        for (String said : List.of(String.join("\n", log()), traced())) {
            assertThat(said).isNotEmpty();
            assertThat(said).doesNotContain(PROVIDER_KEY, ADMIN_TOKEN, PROMPT, ANSWER, TOLLGATE.key());
        }
        assertThat(log().stream().map(Json::parse))
                .noneMatch(line ->
                        List.of("ERROR", "WARN").contains(line.path("level").asText()));
        PROVIDER.close();
        COLLECTOR.close();
    }

    @Test
    void a_request_is_a_span_by_the_conventions_and_a_child_of_the_callers() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String parent = trace.substring(16);
        String traceParent = "00-" + trace + "-" + parent + "-01";
        PROVIDER.answering(FakeUpstream.json(200, COMPLETION));

        Answer answer = api.post(CHAT, chat("gpt-4o-mini", PROMPT), "traceparent", traceParent);

        assertThat(answer.text()).contains(ANSWER);
        assertThat(PROVIDER.only().header("traceparent")).isEqualTo(traceParent);
        String span = span(answer.requestId());
        assertThat(span)
                .contains("chat gpt-4o-mini")
                .contains(field(/* trace_id */ 1, binary(trace)), field(/* parent_span_id */ 4, binary(parent)))
                .contains(text("gen_ai.operation.name", "chat"))
                .contains(text("gen_ai.provider.name", "openai"))
                .contains(text("gen_ai.request.model", "gpt-4o-mini"))
                .contains(text("gen_ai.response.model", "gpt-4o-mini-2024-07-18"))
                .contains(number("gen_ai.usage.input_tokens", 100))
                .contains(number("gen_ai.usage.cache_read.input_tokens", 64))
                .contains(number("gen_ai.usage.output_tokens", 20))
                .contains(text("tollgate.outcome", "ok"))
                // 36 x 0.15 + 64 x 0.075 + 20 x 0.60 dollars per million = 22.2 millionths
                .contains(text("tollgate.cost.dollars", "0.0000222"))
                .contains("tollgate.organization.id");
    }

    @Test
    void a_request_that_fails_is_a_span_that_says_why() {
        PROVIDER.answering(FakeUpstream.json(200, "no JSON: " + ANSWER));

        Answer answer = api.post(CHAT, chat("gpt-4o-mini", PROMPT));

        assertThat(answer.status()).isEqualTo(502);
        assertThat(span(answer.requestId()))
                .contains(text("error.type", answer.errorCode()))
                .contains(text("tollgate.outcome", "failed"));
    }

    @Test
    void every_line_of_the_log_is_an_object_and_a_request_is_one() {
        PROVIDER.answering(FakeUpstream.streamHead() + "0\r\n\r\n");
        Answer answer = api.post(CHAT, streamedChat("gpt-4o-mini", PROMPT));
        String id = answer.requestId();
        Await.until("it is logged", () -> log().stream().anyMatch(line -> line.contains(id)));

        List<JsonNode> lines = log().stream().map(Json::parse).toList();
        assertThat(lines)
                .filteredOn(line -> line.path("message").asText().startsWith(id))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.path("level").asText()).isEqualTo("INFO");
                    assertThat(line.path("loggerName").asText()).isEqualTo("tollgate.access");
                    assertThat(line.path("message").asText()).contains(" chat status=200 ", " provider=openai ");
                });
    }

    /** What goes wrong is logged with its cause; the cause must not bring with it what was asked. */
    @Test
    void refusals_are_logged_without_what_was_refused() {
        assertThat(api.post(CHAT, "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT)
                        .status())
                .isEqualTo(400);
        assertThat(new ApiClient(TOLLGATE.root(), PROVIDER_KEY)
                        .post(CHAT, chat("gpt-4o-mini", PROMPT))
                        .status())
                .isEqualTo(401);
        ApiClient stranger = new ApiClient(TOLLGATE.administration().root(), ADMIN_TOKEN + "x");
        assertThat(stranger.get("/admin/v1/ledger").status()).isEqualTo(401);
        PROVIDER.answering(FakeUpstream.json(401, "{\"error\":{\"message\":\"Wrong key: " + PROVIDER_KEY + "\"}}"));
        assertThat(api.post(CHAT, chat("gpt-4o-mini", PROMPT)).status()).isEqualTo(401);
    }

    // Administration on a port of its own.

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/health/started", "/q/health", "/metrics"})
    void what_operators_look_at_is_on_the_administrations_port_alone(String path) {
        assertThat(TOLLGATE.administration().get(path).status()).isEqualTo(200);
        assertIsNoPathOfTheApi(path);
    }

    @Test
    void administration_is_on_its_own_port_alone() {
        assertThat(TOLLGATE.administration().get("/admin/v1/ledger").status()).isEqualTo(200);
        assertIsNoPathOfTheApi("/admin/v1/ledger");
    }

    @Test
    void models_are_not_asked_on_the_administrations_port() {
        ApiClient there = new ApiClient(TOLLGATE.administration().root(), TOLLGATE.key());

        assertThat(there.get("/v1/models").status()).isEqualTo(404);
        assertThat(there.post(CHAT, chat("gpt-4o-mini", PROMPT)).status()).isEqualTo(404);
    }

    private static void assertIsNoPathOfTheApi(String path) {
        Answer answer = new ApiClient(TOLLGATE.root(), ADMIN_TOKEN).get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorCode()).isEqualTo("unknown_path");
    }

    /** What was logged after the welcome, which shows the first key once. */
    private static List<String> log() {
        String output = TOLLGATE.output();
        String after = output.substring(output.indexOf("Hello, Tollgate!"));
        String whole = after.substring(0, after.lastIndexOf('\n'));
        return whole.lines().skip(1).filter(line -> !line.isBlank()).toList();
    }

    // Spans as they lie on the wire: protobuf, a byte a char.

    /** Everything that was exported. */
    private static String traced() {
        return COLLECTOR.received().stream()
                .filter(post -> post.target().equals("/v1/traces"))
                .map(post -> new String(post.body(), ISO_8859_1))
                .collect(joining());
    }

    /** The one span of a request, once it is there. A span begins with its trace's id and its own; parent or name follow. */
    private static String span(String requestId) {
        Await.until("the span of " + requestId + " is there", () -> traced().contains(requestId));
        List<String> spans = Stream.of(traced().split("(?s)(?=\n\u0010.{16}\u0012\u0008.{8}[\"*])"))
                .filter(span -> span.contains(requestId))
                .toList();
        assertThat(spans).hasSize(1);
        return spans.getFirst();
    }

    private static String text(String name, String value) {
        return attribute(name, field(1, value));
    }

    /** @param value below 128, so that it is a byte */
    private static String number(String name, int value) {
        return attribute(name, "\u0018" + (char) value);
    }

    private static String attribute(String name, String value) {
        return field(1, name) + field(2, value);
    }

    /** A field whose value has a length. */
    private static String field(int number, String value) {
        return "" + (char) (number << 3 | 2) + (char) value.length() + value;
    }

    private static String binary(String hex) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < hex.length(); i += 2) {
            bytes.append((char) Integer.parseInt(hex, i, i + 2, 16));
        }
        return bytes.toString();
    }
}
