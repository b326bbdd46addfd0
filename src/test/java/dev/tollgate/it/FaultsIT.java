package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.Bodies.streamedChatWithUsage;
import static dev.tollgate.testkit.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Ids;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.RawAnswer;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.SharedTollgate;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every fault of a provider, as {@code docs/simulated-provider.md} lists them, and what becomes of it: what the client
 * sees, what is booked, and that the client's connection serves the next request. Silence is in {@link TimeoutsIT}.
 */
class FaultsIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String WHOLE = chat("gpt-4o-mini", "Hello");
    private static final String STREAM = streamedChat("gpt-4o-mini", "Hello");

    private final TollgateProcess tollgate = SharedTollgate.get();
    private final TestProvider provider = TestProvider.get();
    private final RawConnection connection = RawConnection.to(tollgate.root());
    private final String tag = "fault-" + UUID.randomUUID();

    @AfterEach
    void the_connection_serves_the_next_request() {
        RawAnswer next =
                connection.send(RawConnection.post(CHAT, tollgate.key(), WHOLE)).answer();
        assertThat(next.status()).isEqualTo(200);
        connection.close();
    }

    @AfterAll
    static void nothing_was_complained_about() {
        assertThat(SharedTollgate.get().complaints()).isEmpty();
    }

    // Answers that are none.

    @ParameterizedTest
    @ValueSource(strings = {"reset", "huge-headers"})
    void no_readable_answer_is_a_502_and_may_have_cost_something(String fault) {
        for (String request : List.of(WHOLE, STREAM)) {
            RawAnswer answer = ask(request, fault);

            assertProblem(answer, 502, "upstream_cut_off");
            Ledger.Entry entry = entry(answer);
            assertThat(entry.outcome()).isEqualTo("cut_off");
            assertThat(entry.estimated()).isTrue();
            assertThat(entry.count("input")).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"not-json-200", "empty-body"})
    void a_success_that_says_nothing_is_a_502(String fault) {
        for (String request : List.of(WHOLE, STREAM)) {
            RawAnswer answer = ask(request, fault);

            assertProblem(answer, 502, "upstream_invalid_answer");
            assertThat(entry(answer).outcome()).isEqualTo("failed");
            assertThat(entry(answer).estimated()).isTrue();
        }
    }

    @Test
    void an_error_page_comes_as_it_is() {
        RawAnswer answer = ask(STREAM, "not-json");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.header("content-type")).isEqualTo("text/html");
        assertThat(answer.text()).startsWith("<html>");
        assertThat(entry(answer).outcome()).isEqualTo("upstream_error");
        assertThat(entry(answer).charge().nanos()).isZero();
    }

    // Whole answers.

    @ParameterizedTest
    @ValueSource(strings = {"slow-headers", "wrong-content-type", "usage-twice", "unknown-events"})
    void a_whole_answer_that_is_merely_odd_comes_as_it_is(String fault) {
        RawAnswer answer = ask(WHOLE, fault);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(WHOLE, fault));
        assertBookedExactly(answer);
    }

    @Test
    void a_whole_answer_that_is_no_json_is_a_502() {
        RawAnswer answer = ask(WHOLE, "malformed");

        assertProblem(answer, 502, "upstream_invalid_answer");
        assertThat(entry(answer).outcome()).isEqualTo("failed");
        assertThat(entry(answer).json().at("/attempts/0/outcome").asText()).isEqualTo("failed");
        assertThat(entry(answer).text("error_class")).isEqualTo("upstream_error");
        assertThat(entry(answer).estimated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"truncate", "reset-midstream"})
    void a_whole_answer_that_breaks_off_is_a_502(String fault) {
        RawAnswer answer = ask(WHOLE, fault);

        assertProblem(answer, 502, "upstream_cut_off");
        assertThat(entry(answer).outcome()).isEqualTo("cut_off");
        assertThat(entry(answer).estimated()).isTrue();
    }

    @Test
    void a_whole_answer_without_usage_is_estimated() {
        RawAnswer answer = ask(WHOLE, "no-usage");

        assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(WHOLE, "no-usage"));
        assertThat(entry(answer).outcome()).isEqualTo("ok");
        assertEstimated(answer, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"usage-negative", "usage-huge", "usage-fractional", "usage-string"})
    void a_usage_that_can_not_be_true_is_passed_on_but_not_believed(String fault) {
        for (String request : List.of(WHOLE, streamedChatWithUsage("gpt-4o-mini", "Hello"))) {
            RawAnswer answer = ask(request, fault);

            assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(request, fault));
            assertEstimated(answer, "untrusted_usage");
        }
    }

    // Streams that are merely odd.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "slow-headers",
                "wrong-content-type",
                "malformed",
                "crlf",
                "unknown-events",
                "content-length-stream",
                "gzip-stream",
                "usage-twice"
            })
    void a_stream_that_is_merely_odd_comes_as_it_is(String fault) {
        for (String request : List.of(STREAM, streamedChatWithUsage("gpt-4o-mini", "Hello"))) {
            RawAnswer answer = ask(request, fault);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isTrue();
            assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(request, fault));
            assertBookedExactly(answer);
        }
    }

    /** The comment that came with the usage which only Tollgate asked for stays; nobody reads comments. */
    @Test
    void comments_and_fields_of_a_stream_come_as_they_are() {
        RawAnswer answer = ask(STREAM, "comments,crlf");

        String comment = ": simulated comment 18\r\n\r\n";
        assertThat(Ids.hiddenIn(answer.text()).replace(comment, "")).isEqualTo(directly(STREAM, "comments,crlf"));
        assertBookedExactly(answer);
    }

    @Test
    void a_stream_without_usage_is_counted_by_its_pieces() {
        RawAnswer answer = ask(STREAM, "no-usage");

        assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(STREAM, "no-usage"));
        assertEstimated(answer, "");
        assertThat(entry(answer).count("output")).isEqualTo(15);
    }

    // Streams that end too soon.

    @ParameterizedTest
    @ValueSource(strings = {"truncate", "reset-midstream"})
    void a_stream_that_breaks_off_ends_with_an_error_event(String fault) {
        RawAnswer answer = ask(STREAM, fault);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.data()).hasSize(6);
        assertThat(answer.data().getLast())
                .startsWith("{\"error\":{\"message\":")
                .contains("\"type\":\"upstream_error\"", "\"code\":\"upstream_cut_off\"");
        assertThat(entry(answer).outcome()).isEqualTo("cut_off");
        assertEstimated(answer, "");
        assertThat(entry(answer).count("output"))
                .as("the tokens that came by")
                .isEqualTo(provider.billed(tag).outputTokens());
    }

    @Test
    void a_stream_of_typed_events_that_breaks_off_ends_with_a_typed_error() {
        RawAnswer answer = connection
                .send(post(
                        "/v1/responses", "{\"model\":\"gpt-4o-mini\",\"input\":\"Hello\",\"stream\":true}", "truncate"))
                .answer();

        assertThat(answer.complete()).isTrue();
        assertThat(answer.text()).contains("\n\nevent: error\ndata: {");
        assertThat(answer.data().getLast()).contains("\"type\":\"error\"", "\"code\":\"upstream_cut_off\"");
        assertThat(entry(answer).outcome()).isEqualTo("cut_off");
    }

    @Test
    void an_error_in_the_middle_of_a_stream_comes_as_it_is() {
        RawAnswer answer = ask(STREAM, "error-event");

        assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(STREAM, "error-event"));
        assertThat(answer.data().getLast()).startsWith("{\"error\":");
        assertThat(entry(answer).outcome()).isEqualTo("upstream_error");
        assertEstimated(answer, "");
    }

    @Test
    void a_stream_that_is_done_early_comes_as_it_is() {
        RawAnswer answer = ask(STREAM, "early-done");

        assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(STREAM, "early-done"));
        assertThat(entry(answer).outcome()).isEqualTo("ok");
        assertEstimated(answer, "");
    }

    /** Nothing can be said in the middle of sound, so the connection says it. */
    @Test
    void sound_that_breaks_off_is_not_taken_for_complete() {
        String speech =
                "{\"model\":\"tts-1\",\"voice\":\"alloy\",\"input\":\"" + "Hello, Tollgate! ".repeat(20) + "\"}";
        try (RawConnection other = RawConnection.to(tollgate.root())) {
            RawAnswer answer =
                    other.send(post("/v1/audio/speech", speech, "truncate")).answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isFalse();
            assertThat(entry(answer).outcome()).isEqualTo("cut_off");
        }
    }

    @Test
    void a_client_may_ask_for_the_cost_at_the_end_of_a_stream() {
        RawAnswer answer = connection
                .send(RawConnection.post(CHAT, tollgate.key(), with(STREAM, "\"seed\":1"), "x-tollgate-include: cost"))
                .answer();

        String usage = answer.data().get(answer.data().size() - 2);
        assertThat(usage).contains("\"cost\":\"" + entry(answer).text("charge") + "\"");
    }

    private RawAnswer ask(String request, String fault) {
        return connection.send(post(CHAT, request, fault)).answer();
    }

    private String post(String path, String request, String fault) {
        return RawConnection.post(
                path, tollgate.key(), request, "x-simulate-fault: " + fault, "x-simulate-tag: " + tag);
    }

    /** What the provider answers without Tollgate, but for its ids. */
    private String directly(String request, String fault) {
        try (RawConnection direct = RawConnection.to(provider.api().root())) {
            String post = RawConnection.post(CHAT, provider.api().key(), request, "x-simulate-fault: " + fault);
            return Ids.hiddenIn(direct.send(post).answer().text());
        }
    }

    private Ledger.Entry entry(RawAnswer answer) {
        return tollgate.ledger().entry(answer.requestId());
    }

    private static void assertProblem(RawAnswer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.errorCode()).isEqualTo(code);
        assertThat(answer.json().at("/error/type").asText()).isEqualTo("upstream_error");
        assertThat(answer.json().at("/error/message").asText()).contains("openai");
        assertThat(answer.complete()).isTrue();
    }

    /** Booked once, at what the provider charged for one such answer. */
    private void assertBookedExactly(RawAnswer answer) {
        Ledger.Entry entry = entry(answer);
        assertThat(entry.outcome()).isEqualTo("ok");
        assertThat(entry.estimated()).isFalse();
        assertThat(entry.charge().nanos() * provider.requests(tag))
                .isEqualTo(provider.charged(tag).nanos());
    }

    private void assertEstimated(RawAnswer answer, String flags) {
        Ledger.Entry entry = entry(answer);
        assertThat(entry.estimated()).isTrue();
        assertThat(entry.json().path("flags").asText("")).isEqualTo(flags);
        assertThat(entry.count("input")).isPositive();
        assertThat(entry.charge().nanos()).isPositive();
    }
}
