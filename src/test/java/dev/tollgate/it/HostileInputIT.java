package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.RawAnswer;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no well-meaning client sends, byte by byte: how it is refused, that nothing of it reaches the provider, and that
 * the next request is served, on the same connection where that is kept and on another one where it is not.
 */
class HostileInputIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String POST_CHAT = "POST " + CHAT + " HTTP/1.1";
    private static final String WHOLE = chat("gpt-4o-mini", "Hello");
    private static final String LENGTH = length(WHOLE);
    private static final String CHUNKED = "Transfer-Encoding: chunked";
    private static final int BODY_BYTES_MAX = 64 * 1024;
    private static final String TOO_LARGE = with(WHOLE, "\"user\":\"" + "u".repeat(BODY_BYTES_MAX) + "\"");

    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(TestPostgres.freshDatabase())
            .asking(TestProvider.get())
            .with("TOLLGATE_ACCOUNT_OWNER", "first")
            .with("TOLLGATE_UNPRICED_INPUT", "1")
            .with("TOLLGATE_UNPRICED_OUTPUT", "1")
            .with("TOLLGATE_BODY_BYTES_MAX", Integer.toString(BODY_BYTES_MAX))
            .with("TOLLGATE_BODY_PATIENCE", "1s")
            .with("TOLLGATE_KEEP_ALIVE", "10s")
            .start();

    private final TestProvider provider = TestProvider.get();
    private final RawConnection connection = RawConnection.to(TOLLGATE.root());
    private final String tag = "hostile-" + UUID.randomUUID();
    private final long before = provider.charges().requests();

    @AfterEach
    void another_connection_is_served_and_nothing_is_left() {
        connection.close();
        try (RawConnection other = RawConnection.to(TOLLGATE.root())) {
            assertServed(other);
        }
        Await.until("Tollgate has no request", () -> TOLLGATE.metric("tollgate_requests_in_flight") == 0);
    }

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    // What is not HTTP.

    static Stream<Arguments> notHttp() {
        return Stream.of(
                argumentSet("two lengths", head(POST_CHAT, LENGTH, "Content-Length: 5") + WHOLE),
                argumentSet("a list of lengths", head(POST_CHAT, LENGTH + ", 5") + WHOLE),
                argumentSet("a negative length", head(POST_CHAT, "Content-Length: -1") + WHOLE),
                argumentSet("a signed length", head(POST_CHAT, "Content-Length: +70") + WHOLE),
                argumentSet("a length in words", head(POST_CHAT, "Content-Length: seventy") + WHOLE),
                argumentSet("a length beyond 64 bits", head(POST_CHAT, "Content-Length: 99999999999999999999") + WHOLE),
                argumentSet("an unknown coding", head(POST_CHAT, "Transfer-Encoding: xchunked")),
                argumentSet("no coding", head(POST_CHAT, "Transfer-Encoding: identity") + WHOLE),
                argumentSet("two codings", head(POST_CHAT, "Transfer-Encoding: gzip, chunked") + chunks(WHOLE)),
                argumentSet("two codings apart", head(POST_CHAT, CHUNKED, "Transfer-Encoding: gzip") + chunks(WHOLE)),
                argumentSet("a hidden coding", head(POST_CHAT, "Transfer-Encoding: \u000bchunked") + chunks(WHOLE)),
                argumentSet("a space before the colon", head(POST_CHAT, LENGTH.replace(":", " :")) + WHOLE),
                argumentSet("a space in a name", head(POST_CHAT, LENGTH, "X Name: a") + WHOLE),
                argumentSet("NUL in a value", head(POST_CHAT, LENGTH, "X-Name: a\0b") + WHOLE),
                argumentSet("CR in a value", head(POST_CHAT, LENGTH, "X-Name: a\rX-Injected: b") + WHOLE),
                argumentSet("LF in a value", head(POST_CHAT, LENGTH, "X-Name: a\nX-Injected: b") + WHOLE),
                argumentSet("a method that is none", head("P@ST(" + CHAT + " HTTP/1.1", LENGTH) + WHOLE),
                argumentSet("a request of HTTP/0.9", "GET /v1/models\r\n\r\n"),
                argumentSet("the hello of TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u0003\u0003hello\r\n\r\n"),
                argumentSet("no protocol at all", "Hello, Tollgate!\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("notHttp")
    void what_is_not_http_is_a_400_and_ends_the_connection(String bytes) {
        RawAnswer answer = connection.sendUnlessRefused(bytes.getBytes(UTF_8)).answer();

        assertRefused(answer, 400, "invalid_value");
        connection.awaitClosed();
    }

    static Stream<Arguments> tooLongHeads() {
        return Stream.of(
                argumentSet("a line of 20 KB", head("GET /v1/" + "a".repeat(20_000) + " HTTP/1.1")),
                argumentSet("a header of 100 KB", head(POST_CHAT, LENGTH, "X-Name: " + "a".repeat(100_000)) + WHOLE),
                argumentSet(
                        "12,000 headers", head(POST_CHAT, LENGTH, "X-Name: a\r\n".repeat(12_000) + "X: b") + WHOLE));
    }

    @ParameterizedTest
    @MethodSource("tooLongHeads")
    void a_head_that_is_too_long_is_a_431_and_ends_the_connection(String bytes) {
        RawAnswer answer = connection.sendUnlessRefused(bytes.getBytes(UTF_8)).answer();

        assertRefused(answer, 431, "invalid_value");
        connection.awaitClosed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fffffffffffffffff", "ffffffff", "-1", "xyz", "5\r\nHello and more"})
    void chunks_that_are_none_end_the_connection(String chunk) {
        connection.send(head(POST_CHAT, CHUNKED) + chunk + "\r\n" + WHOLE).awaitClosed();

        assertNothingReachedProvider();
    }

    // Bodies whose end is disputed.

    /** The chunks count and the length does not, so the provider gets one request and the connection stays in step. */
    @Test
    void a_chunked_body_with_a_length_is_one_request() {
        String head = head(POST_CHAT, "Content-Length: 6", CHUNKED, "x-simulate-tag: " + tag);
        RawAnswer answer = connection.send(head + chunks(WHOLE)).answer();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(provider.requests(tag)).isEqualTo(1);
        assertServed(connection);
    }

    /** What follows the last chunk is a request of its own, judged by its own key, never a part of somebody else's. */
    @Test
    void what_hides_behind_a_chunked_body_with_a_length_is_a_request_of_the_same_client() {
        String hidden = "POST " + CHAT + " HTTP/1.1\r\nHost: tollgate.test\r\n" + LENGTH + "\r\n\r\n" + WHOLE;
        String length = "Content-Length: " + (5 + hidden.length());
        connection.send(head(POST_CHAT, length, CHUNKED) + "0\r\n\r\n" + hidden);

        assertRefused(connection.answer(), 400, "invalid_json");
        assertRefused(connection.answer(), 401, "invalid_api_key");
        assertServed(connection);
    }

    @Test
    void a_body_that_breaks_off_is_refused_and_booked_for_nothing() {
        connection
                .send(head(POST_CHAT, LENGTH, "x-client-request-id: " + tag) + "{")
                .close();

        Ledger.Entry entry = TOLLGATE.ledger().ofCaller(tag);
        assertThat(entry.outcome()).isIn("cancelled", "refused");
        assertThat(entry.charge().nanos()).isZero();
        assertNothingReachedProvider();
    }

    @Test
    void a_body_that_does_not_come_is_a_408() {
        RawAnswer answer = connection.send(head(POST_CHAT, LENGTH) + "{").answer();

        assertRefused(answer, 408, "request_timeout");
        assertThat(answer.header("connection")).isEqualTo("close");
        connection.awaitClosed();
    }

    /** All at once, as each takes ten seconds: one that was used before, and those of which it would be the first head. */
    @Test
    void a_head_that_does_not_come_ends_the_connection() {
        try (RawConnection silent = RawConnection.to(TOLLGATE.root());
                RawConnection begun = RawConnection.to(TOLLGATE.root());
                RawConnection ofHttp2 = RawConnection.to(TOLLGATE.root())) {
            assertServed(connection);
            connection.send("POST " + CHAT + " HT");
            begun.send("POST " + CHAT + " HT");
            ofHttp2.send("PRI * HTTP/2.0\r\n\r\nSM");

            connection.awaitClosed();
            silent.awaitClosed();
            begun.awaitClosed();
            ofHttp2.awaitClosed();
        }
    }

    @Test
    void requests_that_come_at_once_are_answered_in_their_order() {
        String good = RawConnection.post(CHAT, TOLLGATE.key(), WHOLE);
        String bad = RawConnection.post(CHAT, TOLLGATE.key(), "{}");
        connection.send(good + bad + RawConnection.post(CHAT, "sk-tg-unknown", WHOLE) + good);

        assertThat(connection.answer().status()).isEqualTo(200);
        assertThat(connection.answer().errorCode()).isEqualTo("missing_value");
        assertThat(connection.answer().errorCode()).isEqualTo("invalid_api_key");
        assertThat(connection.answer().status()).isEqualTo(200);
        assertThat(provider.charges().requests()).isEqualTo(before + 2);
    }

    /** A header over two lines is obsolete but has one meaning: its value goes on as one line. */
    @Test
    void a_folded_header_is_one_header() {
        String head = head(POST_CHAT, LENGTH, "x-simulate-tag:\r\n " + tag);
        assertThat(connection.send(head + WHOLE).answer().status()).isEqualTo(200);

        assertThat(provider.requests(tag)).isEqualTo(1);
        assertServed(connection);
    }

    // Targets and methods.

    @ParameterizedTest
    @CsvSource({
        "POST, http://elsewhere.test/v1/chat/completions, 400, invalid_path",
        "CONNECT, elsewhere.test:443, 400, invalid_path",
        "OPTIONS, *, 400, invalid_path",
        "POST, /v1/../admin, 400, invalid_path",
        "POST, /v1/../admin/v1/ledger, 400, invalid_path",
        "POST, /v1/./chat/completions, 400, invalid_path",
        "POST, /v1/%2e%2e/admin, 400, invalid_path",
        "POST, /v1/files%2f..%2fadmin, 400, invalid_path",
        "POST, /v1/chat%2Fcompletions, 400, invalid_path",
        "POST, /v1/ch%61t/completions, 400, invalid_path",
        "POST, /v1/%00, 400, invalid_path",
        "POST, /v1/files/a%0d%0aX-Injected:%20b, 400, invalid_path",
        "POST, /v1//chat/completions, 400, invalid_path",
        "POST, /v1/chat;a=b/completions, 400, invalid_path",
        "POST, /v1/chat\\completions, 400, invalid_path",
        "POST, /v1/Chat/Completions, 404, unknown_path",
        "POST, /chat/completions, 404, unknown_path",
        "POST, /v1/v1/chat/completions, 404, unknown_path",
        "FROB, /v1/chat/completions, 405, method_not_allowed",
        "DELETE, /v1/embeddings, 405, method_not_allowed"
    })
    void a_target_that_could_mean_something_else_is_refused(String method, String target, int status, String code) {
        connection.send(head(method + " " + target + " HTTP/1.1", LENGTH) + WHOLE);

        assertRefused(connection.answer(), status, code);
        assertServed(connection);
    }

    // Bodies.

    static Stream<Arguments> wrongBodies() {
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        return Stream.of(
                argumentSet("nothing", "", "invalid_json", ""),
                argumentSet("no object", "[" + WHOLE + "]", "invalid_json", ""),
                argumentSet("no end", WHOLE.substring(1), "invalid_json", ""),
                argumentSet("two documents", WHOLE + WHOLE, "invalid_json", ""),
                argumentSet("10,000 levels", with(WHOLE, "\"x\":" + deep), "invalid_json", ""),
                argumentSet("two models", with(WHOLE, "\"model\":\"gpt-4o\""), "invalid_value", "model"),
                argumentSet(
                        "two models, one in disguise", with(WHOLE, "\"mod\\u0065l\":\"o3\""), "invalid_value", "model"),
                argumentSet("no model", "{" + messages + "}", "missing_value", "model"),
                argumentSet("a number as model", "{\"model\":4," + messages + "}", "invalid_value", "model"),
                argumentSet("no messages", "{\"model\":\"gpt-4o-mini\"}", "missing_value", "messages"),
                argumentSet("empty messages", "{\"model\":\"gpt-4o\",\"messages\":[]}", "invalid_value", "messages"),
                argumentSet(
                        "a text as messages", "{\"model\":\"o3\",\"messages\":\"Hi\"}", "invalid_value", "messages"),
                argumentSet("a text as stream", with(WHOLE, "\"stream\":\"true\""), "invalid_value", "stream"),
                argumentSet("a negative bound", with(WHOLE, "\"max_tokens\":-1"), "invalid_value", "max_tokens"),
                argumentSet("half a token", with(WHOLE, "\"max_tokens\":1.5"), "invalid_value", "max_tokens"),
                argumentSet("a text as n", with(WHOLE, "\"n\":\"2\""), "invalid_value", "n"));
    }

    @ParameterizedTest
    @MethodSource("wrongBodies")
    void a_body_that_is_wrong_is_a_400_that_names_the_parameter(String body, String code, String parameter) {
        RawAnswer answer =
                connection.send(RawConnection.post(CHAT, TOLLGATE.key(), body)).answer();

        assertRefused(answer, 400, code);
        assertThat(answer.json().at("/error/param").asText("")).isEqualTo(parameter);
        assertServed(connection);
    }

    /** Whether a model exists is for the provider to say; its name only must not get into the answer's head. */
    @ParameterizedTest
    @ValueSource(strings = {"a\\u0000b", "a\\r\\nX-Injected: b", "\\u6a21\\u578b"})
    void a_model_whose_name_can_not_stand_in_a_header_is_asked_for(String model) {
        RawAnswer answer = connection
                .send(RawConnection.post(CHAT, TOLLGATE.key(), WHOLE.replace("gpt-4o-mini", model)))
                .answer();

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.header("x-injected")).isEmpty();
        assertThat(answer.header("x-tollgate-model")).isEmpty();
        assertThat(TOLLGATE.ledger().entry(answer.requestId()).charge().nanos()).isPositive();
        assertServed(connection);
    }

    static Stream<Arguments> tooLargeBodies() throws IOException {
        byte[] bomb = gzip(with(WHOLE, "\"user\":\"" + "u".repeat(20_000_000) + "\""));
        assertThat(bomb.length).isLessThan(BODY_BYTES_MAX);
        return Stream.of(
                argumentSet("by its length", joined(head(POST_CHAT, length(TOO_LARGE)), TOO_LARGE.getBytes(UTF_8))),
                argumentSet("only announced", joined(head(POST_CHAT, "Content-Length: 9999999999"), new byte[0])),
                argumentSet(
                        "by its chunks",
                        joined(head(POST_CHAT, CHUNKED), chunks(TOO_LARGE).getBytes(UTF_8))),
                argumentSet(
                        "after decompression",
                        joined(head(POST_CHAT, "Content-Encoding: gzip", "Content-Length: " + bomb.length), bomb)));
    }

    @ParameterizedTest
    @MethodSource("tooLargeBodies")
    void a_body_that_is_too_large_is_a_413(byte[] request) {
        RawAnswer answer = connection.sendUnlessRefused(request).answer();

        assertRefused(answer, 413, "request_too_large");
        assertThat(answer.header("connection")).isEqualTo("close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, gzip", "chunked"})
    void a_body_that_is_not_encoded_as_it_says_is_a_415(String encoding) {
        connection.send(head(POST_CHAT, LENGTH, "Content-Encoding: " + encoding) + WHOLE);

        assertRefused(connection.answer(), 415, "unsupported_encoding");
        assertServed(connection);
    }

    @Test
    void a_compressed_body_that_breaks_off_is_a_415() throws IOException {
        byte[] half = new byte[gzip(WHOLE).length / 2];
        System.arraycopy(gzip(WHOLE), 0, half, 0, half.length);
        connection.send(joined(head(POST_CHAT, "Content-Encoding: gzip", "Content-Length: " + half.length), half));

        assertRefused(connection.answer(), 415, "unsupported_encoding");
        assertServed(connection);
    }

    // Keys.

    static Stream<Arguments> wrongKeys() {
        String key = TOLLGATE.key();
        String mistyped = key.substring(0, key.length() - 1) + (key.endsWith("a") ? 'b' : 'a');
        return Stream.of(
                argumentSet("none", "X-Name: a"),
                argumentSet("an empty one", "Authorization: Bearer "),
                argumentSet("unknown", "Authorization: Bearer sk-unknown"),
                argumentSet("mistyped", "Authorization: Bearer " + mistyped),
                argumentSet("cut short", "Authorization: Bearer " + key.substring(0, key.length() / 2)),
                argumentSet("prolonged", "Authorization: Bearer " + key + "0"),
                argumentSet("without its scheme", "Authorization: " + key),
                argumentSet("of another scheme", "Authorization: Basic " + key),
                argumentSet(
                        "the provider's",
                        "Authorization: Bearer " + TestProvider.get().api().key()),
                argumentSet("in the wrong header", "X-Key: " + key));
    }

    @ParameterizedTest
    @MethodSource("wrongKeys")
    void a_key_that_is_not_accepted_is_a_401_that_does_not_repeat_it(String header) {
        String head = POST_CHAT + "\r\nHost: tollgate.test\r\n" + header + "\r\n" + LENGTH + "\r\n\r\n";
        RawAnswer answer = connection.send(head + WHOLE).answer();

        assertRefused(answer, 401, "invalid_api_key");
        String secret = header.substring(header.lastIndexOf(' ') + 1);
        assertThat(secret.length() > 1 && answer.text().contains(secret)).isFalse();
        assertServed(connection);
    }

    /** An OpenAI-shaped error from Tollgate itself, for which nobody asked the provider. */
    private void assertRefused(RawAnswer answer, int status, String code) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.errorCode()).as("%s", answer).isEqualTo(code);
        assertThat(answer.json().at("/error/message").asText()).isNotBlank();
        assertThat(answer.json().at("/error/type").asText()).endsWith("_error");
        assertThat(answer.header("content-type")).startsWith("application/json");
        assertThat(answer.header("x-tollgate-provider")).isEmpty();
        assertThat(answer.complete()).isTrue();
        assertNothingReachedProvider();
    }

    private void assertNothingReachedProvider() {
        assertThat(provider.charges().open()).isZero();
        assertThat(provider.charges().requests()).isEqualTo(before);
    }

    private static void assertServed(RawConnection connection) {
        RawAnswer answer =
                connection.send(RawConnection.post(CHAT, TOLLGATE.key(), WHOLE)).answer();
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }

    /** The head of a request with the right key; headers are whole lines. */
    private static String head(String line, String... headers) {
        String authorization = "Authorization: Bearer " + TOLLGATE.key() + "\r\n";
        String others = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return line + "\r\nHost: tollgate.test\r\nContent-Type: application/json\r\n" + authorization + others + "\r\n";
    }

    private static String length(String body) {
        return "Content-Length: " + body.length();
    }

    private static String chunks(String body) {
        return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
    }

    private static byte[] joined(String head, byte[] body) {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(UTF_8));
        request.writeBytes(body);
        return request.toByteArray();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(text.getBytes(UTF_8));
        }
        return compressed.toByteArray();
    }
}
