package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What whoever runs Tollgate sees of it: health, metrics, and a line for each request. */
class OperationIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String WHOLE = chat("gpt-4o-mini", "Hello");
    private static final String STREAM = streamedChat("gpt-4o-mini", "Hello");
    private static final String OK = "outcome=\"ok\"";
    private static final String NO_FIRST_BYTE = "x-simulate-latency-ms: 600000";
    private static final int MODELS_MAX = 500;

    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(TestPostgres.freshDatabase())
            .asking(TestProvider.get())
            .with("TOLLGATE_ACCESS_LOG", "true")
            .with("TOLLGATE_UNPRICED_INPUT", "1")
            .with("TOLLGATE_UNPRICED_OUTPUT", "1")
            .start();

    private final TestProvider provider = TestProvider.get();
    private final ApiClient api = TOLLGATE.api();
    private final ApiClient anyone = new ApiClient(TOLLGATE.root(), "nobody");
    private final String tag = "operation-" + UUID.randomUUID();

    /** So that it has series of its own, however many names are invented before its test. */
    @BeforeAll
    static void the_model_is_known() {
        Answer answer = TOLLGATE.api().post(CHAT, WHOLE);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/q/health", "/health/ready", "/q/health/ready", "/health/readiness"})
    void whoever_asks_is_told_that_it_is_ready_and_by_what(String path) {
        Answer answer = anyone.get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("status").asText()).isEqualTo("UP");
        assertThat(answer.json().at("/checks/0/data/keys read").asBoolean()).isTrue();
        assertThat(answer.json().at("/checks/0/data/stopping").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/q/health/live", "/health/liveness"})
    void that_it_lives_depends_on_nothing(String path) {
        Answer answer = anyone.get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("status").asText()).isEqualTo("UP");
        assertThat(answer.json().path("checks")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/started", "/q/health/started"})
    void that_it_has_started_is_told(String path) {
        assertThat(anyone.get(path).status()).isEqualTo(200);
    }

    @Test
    void requests_tokens_and_money_are_counted_as_they_are_booked() {
        Counts before = Counts.now();
        for (int i = 0; i < 3; i++) {
            api.post(CHAT, WHOLE, "x-simulate-tag", tag);
        }
        for (int i = 0; i < 2; i++) {
            api.post(CHAT, STREAM, "x-simulate-tag", tag, "x-simulate-latency-ms", "300");
        }
        api.post(CHAT, "{\"model\":\"gpt-4o-mini\"}");
        anyone.post(CHAT, WHOLE);

        Await.until("all are booked", () -> Counts.now().all() >= before.all() + 6);
        Counts after = Counts.now();
        assertThat(after.all() - before.all())
                .as("an unknown key is not booked")
                .isEqualTo(6);
        assertThat(after.whole() - before.whole()).isEqualTo(3);
        assertThat(after.streams() - before.streams()).isEqualTo(2);
        assertThat(after.refused() - before.refused()).isEqualTo(1);
        assertThat(after.firstBytes() - before.firstBytes())
                .as("what was refused has no first byte")
                .isEqualTo(5);
        assertThat(after.input() - before.input())
                .isEqualTo(provider.billed(tag).inputTokens());
        assertThat(after.output() - before.output())
                .isEqualTo(provider.billed(tag).outputTokens());
        assertThat(after.dollars() - before.dollars())
                .isEqualTo(provider.charged(tag).nanos() / 1e9, within(1e-12));
        assertThat(after.firstByteSeconds() - before.firstByteSeconds())
                .as("two streams of which each began after 300 ms")
                .isBetween(0.6, after.seconds() - before.seconds());
    }

    /** What the metrics say at one moment. */
    private record Counts(
            double all,
            double whole,
            double streams,
            double refused,
            double firstBytes,
            double seconds,
            double firstByteSeconds,
            double input,
            double output,
            double dollars) {
        static Counts now() {
            String requests = "tollgate_request_seconds_count";
            String model = "model=\"gpt-4o-mini\"";
            return new Counts(
                    TOLLGATE.metric(requests),
                    TOLLGATE.metric(requests, "operation=\"chat\"", "streamed=\"false\"", OK, "status=\"2xx\""),
                    TOLLGATE.metric(requests, "operation=\"chat\"", "streamed=\"true\"", OK, "status=\"2xx\""),
                    TOLLGATE.metric(requests, "operation=\"chat\"", "outcome=\"refused\"", "status=\"4xx\""),
                    TOLLGATE.metric("tollgate_first_byte_seconds_count"),
                    TOLLGATE.metric("tollgate_request_seconds_sum", OK),
                    TOLLGATE.metric("tollgate_first_byte_seconds_sum", OK),
                    TOLLGATE.metric("tollgate_tokens_total", model, "kind=\"input\"", "provider=\"openai\""),
                    TOLLGATE.metric("tollgate_tokens_total", model, "kind=\"output\"", "provider=\"openai\""),
                    TOLLGATE.metric("tollgate_cost_dollars_total", model, "provider=\"openai\""));
        }
    }

    @Test
    void what_is_under_way_is_counted_until_it_ends() {
        Await.until("nothing is under way", () -> TOLLGATE.metric("tollgate_requests_in_flight") == 0);
        try (RawConnection one = RawConnection.to(TOLLGATE.root());
                RawConnection other = RawConnection.to(TOLLGATE.root())) {
            one.send(RawConnection.post(CHAT, TOLLGATE.key(), STREAM, NO_FIRST_BYTE));
            other.send(RawConnection.post(CHAT, TOLLGATE.key(), STREAM, NO_FIRST_BYTE));

            Await.until("both are under way", () -> TOLLGATE.metric("tollgate_requests_in_flight") == 2);
            Await.until("each has a connection", () -> TOLLGATE.metric("tollgate_upstream_connections") >= 2);
            assertThat(TOLLGATE.metric("tollgate_upstream_waiting")).isZero();
        }
        Await.until("none is under way", () -> TOLLGATE.metric("tollgate_requests_in_flight") == 0);
        Await.until("they are booked", () -> TOLLGATE.metric("tollgate_ledger_waiting") == 0);
        assertThat(TOLLGATE.metric("tollgate_ledger_failing")).isZero();
        assertThat(TOLLGATE.metric("tollgate_ledger_quarantined")).isZero();
    }

    /** Callers choose names of models, so they must not choose how much a metrics store has to keep. */
    @Test
    void invented_names_make_no_series_without_end() {
        for (int i = 0; i < 2 * MODELS_MAX; i++) {
            api.post(CHAT, chat("invented-" + i, "Hello"));
        }
        api.get("/v1/invented");
        api.get("/v1/invented/" + tag);

        List<String> series = series();
        Set<String> models = series.stream()
                .filter(line -> line.startsWith("tollgate_tokens_total{"))
                .map(line -> line.replaceFirst(".*model=\"([^\"]*)\".*", "$1"))
                .collect(Collectors.toSet());
        assertThat(models).hasSizeLessThanOrEqualTo(MODELS_MAX + 1).contains("other");
        assertThat(series).noneMatch(line -> line.contains(tag));
        assertThat(series).noneMatch(line -> line.contains("org_") || line.contains("key_"));
    }

    @Test
    void a_long_name_is_no_label() {
        String name = "n".repeat(10_000);
        Answer answer = api.post(CHAT, chat(name, "Hello"));

        assertThat(TOLLGATE.ledger().entry(answer).text("model_asked"))
                .hasSize(256)
                .matches("n+");
        assertThat(series()).noneMatch(line -> line.contains(name));
    }

    @Test
    void each_booked_request_is_a_line_in_the_log() {
        Answer answer = api.post(CHAT, WHOLE, "x-simulate-tag", tag);
        String id = answer.requestId();
        Await.until("it is logged", () -> TOLLGATE.output().contains("[access] " + id));

        String line = TOLLGATE.output()
                .lines()
                .filter(l -> l.contains(id))
                .findFirst()
                .orElseThrow();
        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(line)
                .contains(" INFO  [access] " + id + " " + entry.text("organization_id") + " " + entry.text("key_id")
                        + " chat status=200 outcome=ok provider=openai tokens="
                        + provider.billed(tag).inputTokens() + "+"
                        + provider.billed(tag).outputTokens() + " cost="
                        + provider.charged(tag).toDollars() + " ms=");
    }

    private static List<String> series() {
        return TOLLGATE.administration()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }
}
