package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.RawAnswer;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Silence: of a provider before its answer and within it, of one that is not there, of a client that does not read. */
class TimeoutsIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String WHOLE = chat("gpt-4o-mini", "Hello");
    private static final String STREAM = streamedChat("gpt-4o-mini", "Hello");

    /** Nobody listens on port 1. */
    private static final String NOWHERE = "http://127.0.0.1:1/v1";

    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(TestPostgres.freshDatabase())
            .asking(TestProvider.get())
            .with("MISTRAL_BASE_URL", NOWHERE)
            .with("TOLLGATE_UNPRICED_INPUT", "1")
            .with("TOLLGATE_UNPRICED_OUTPUT", "1")
            .with("TOLLGATE_FIRST_BYTE_TIMEOUT", "2s")
            .with("TOLLGATE_IDLE_TIMEOUT", "2s")
            .start();

    private final TestProvider provider = TestProvider.get();
    private final RawConnection connection = RawConnection.to(TOLLGATE.root());
    private final String tag = "silence-" + UUID.randomUUID();

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @AfterEach
    void nothing_is_left_open_at_the_provider() {
        connection.close();
        Await.until("the provider has no open request", () -> provider.charges().open() == 0);
    }

    @ParameterizedTest(name = "{0}, stream: {1}")
    @CsvSource({"stall, false", "stall, true", "stall-midstream, false"})
    void an_answer_that_does_not_come_is_a_504(String fault, boolean streamed) {
        RawAnswer answer = ask(streamed ? STREAM : WHOLE, "x-simulate-fault: " + fault);

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.errorCode()).isEqualTo("upstream_timeout");
        assertThat(entry(answer).outcome()).isEqualTo("cut_off");
        assertThat(entry(answer).estimated()).isTrue();
        the_connection_serves_the_next_request();
    }

    @Test
    void a_stream_that_falls_silent_ends_with_an_error_event() {
        RawAnswer answer = ask(STREAM, "x-simulate-fault: stall-midstream");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.data()).hasSize(6);
        assertThat(answer.data().getLast()).contains("\"code\":\"upstream_timeout\"");
        assertThat(entry(answer).outcome()).isEqualTo("cut_off");
        the_connection_serves_the_next_request();
    }

    @Test
    void a_stream_that_is_merely_slow_may_take_longer_than_its_longest_pause() {
        RawAnswer answer = ask(STREAM, "x-simulate-chunk-ms: 200");

        assertThat(answer.data().getLast()).isEqualTo("[DONE]");
        assertThat(entry(answer).outcome()).isEqualTo("ok");
        assertThat(entry(answer).charge()).isEqualTo(provider.charged(tag));
    }

    @Test
    void a_provider_that_is_not_there_is_a_502_and_costs_nothing() {
        RawAnswer answer = connection
                .send(RawConnection.post(CHAT, TOLLGATE.key(), chat("mistral/any", "Hello")))
                .answer();

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.errorCode()).isEqualTo("upstream_unreachable");
        assertThat(entry(answer).outcome()).isEqualTo("failed");
        assertThat(entry(answer).charge().nanos()).isZero();
        the_connection_serves_the_next_request();
    }

    /** The provider is read no faster than the client reads, and no longer than a client may keep everybody waiting. */
    @Test
    void a_client_that_does_not_read_is_given_up() {
        connection.send(post(STREAM, "x-simulate-words: 100000")).readUntil("\"fox \"");

        Ledger.Entry entry = TOLLGATE.ledger().ofCaller(tag);
        assertThat(entry.outcome()).isEqualTo("cancelled");
        assertThat(entry.estimated()).isTrue();
        assertThat(provider.billed(tag).outputTokens()).isLessThan(100_000);
    }

    private void the_connection_serves_the_next_request() {
        RawAnswer next =
                connection.send(RawConnection.post(CHAT, TOLLGATE.key(), WHOLE)).answer();
        assertThat(next.status()).isEqualTo(200);
    }

    private RawAnswer ask(String request, String header) {
        return connection.send(post(request, header)).answer();
    }

    private String post(String request, String header) {
        return RawConnection.post(
                CHAT, TOLLGATE.key(), request, header, "x-simulate-tag: " + tag, "x-client-request-id: " + tag);
    }

    private static Ledger.Entry entry(RawAnswer answer) {
        return TOLLGATE.ledger().entry(answer.requestId());
    }
}
