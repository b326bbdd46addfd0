package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.FakeUpstream.json;
import static dev.tollgate.testkit.FakeUpstream.streamHead;
import static dev.tollgate.testkit.FakeUpstream.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Form;
import dev.tollgate.testkit.RawAnswer;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes pass, in both directions: only what must change is spliced, and only what Tollgate asked for is taken out. */
class RelayIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final int BODY_BYTES_MAX = 4 << 20;

    /** Valid, unusual, and full of what Tollgate knows nothing of. */
    private static final String ODD = "{ \"model\"\t:\"gpt-4o-mini\" ,\r\n\"messages\" : [ {\"role\":\"user\","
            + "\"content\":\"H\\u0065llo \\ud83d\\ude00 😀 \\/\"} ] , \"temperature\":1.50e0,\"top_p\" : 0.10 ,"
            + "\"unknown\":{\"a\":-0,\"b\":1E+2,\"c\":[[ ],{ }],\"\":null},\"twice\":1,\"twice\":2 }\n";

    private static final String USAGE = "{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}";

    private static final FakeUpstream UPSTREAM = FakeUpstream.start();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(TestPostgres.freshDatabase())
            .asking(UPSTREAM.baseUrl(), "sk-upstream")
            .with("TOLLGATE_ACCOUNT_OWNER", "first")
            .with("TOLLGATE_UNMETERED", "allow")
            .with("TOLLGATE_BODY_BYTES_MAX", Integer.toString(BODY_BYTES_MAX))
            .start();

    private final ApiClient api = TOLLGATE.api();

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        UPSTREAM.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    // Requests.

    @Test
    void a_body_goes_as_it_came() {
        UPSTREAM.answering(json(200, "{}"));
        api.post(CHAT, ODD);

        assertThat(UPSTREAM.only().text()).isEqualTo(ODD);
        assertThat(UPSTREAM.only().header("content-type")).isEqualTo("application/json");
    }

    @Test
    void only_the_name_of_a_model_changes_where_it_names_the_provider_too() {
        UPSTREAM.answering(json(200, "{}"));
        api.post(CHAT, ODD.replace("gpt-4o-mini", "openai/gpt-4o-mini"));

        assertThat(UPSTREAM.only().text()).isEqualTo(ODD);
    }

    @ParameterizedTest(name = "{0} goes as {1}")
    @CsvSource(delimiter = '|', textBlock = """
            {M,"stream":true}                                            | {"stream_options":{"include_usage":true},M,"stream":true}
            {M,"stream":true,"stream_options":null}                      | {M,"stream":true,"stream_options":{"include_usage":true}}
            {M,"stream":true,"stream_options":{ }}                       | {M,"stream":true,"stream_options":{"include_usage":true }}
            {M,"stream":true,"stream_options":{"other":1}}               | {M,"stream":true,"stream_options":{"include_usage":true,"other":1}}
            {M,"stream":true,"stream_options":{"include_usage": false }} | {M,"stream":true,"stream_options":{"include_usage": true }}
            {M,"stream":true,"stream_options":{"include_usage":true}}    | {M,"stream":true,"stream_options":{"include_usage":true}}
            {M,"stream":false}                                           | {M,"stream":false}
            """)
    void the_usage_of_a_stream_is_asked_for_where_the_caller_did_not(String asked, String sent) {
        String members = "\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
        UPSTREAM.answering(json(200, "{}"));
        api.post(CHAT, asked.replace("M", members));

        assertThat(UPSTREAM.only().text()).isEqualTo(sent.replace("M", members));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE"})
    void every_method_and_query_of_a_path_that_is_not_known_goes_on(String method) {
        UPSTREAM.answering(json(200, "{\"new\":true}"));
        Answer answer = api.send(api.request("/v1/inventions/of_2030?a=b%20c&a=d&empty=&%C3%BC")
                .header("content-type", "application/json")
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{\"a\":1}")));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"new\":true}");
        assertThat(UPSTREAM.only().method()).isEqualTo(method);
        assertThat(UPSTREAM.only().target()).isEqualTo("/v1/inventions/of_2030?a=b%20c&a=d&empty=&%C3%BC");
        assertThat(UPSTREAM.only().text()).isEqualTo(method.equals("GET") ? "" : "{\"a\":1}");
    }

    @Test
    void a_form_goes_as_it_came() {
        byte[] content = new byte[3 << 20];
        new Random(7).nextBytes(content);
        Form form = Form.empty().field("model", "whisper-1").file("file", "a.wav", content);
        UPSTREAM.answering(json(200, "{\"text\":\"Hi\"}"));
        Answer answer = api.post("/v1/audio/transcriptions", form);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(UPSTREAM.only().body()).isEqualTo(form.toBytes());
        assertThat(UPSTREAM.only().header("content-type")).isEqualTo(Form.TYPE);
    }

    @Test
    void headers_that_tollgate_does_not_know_go_on_and_those_between_neighbours_do_not() {
        UPSTREAM.answering(json(200, "{}"));
        RawAnswer answer = send(RawConnection.post(
                CHAT,
                TOLLGATE.key(),
                chat("gpt-4o-mini", "Hi"),
                "X-New: one",
                "x-new: two",
                "User-Agent: a test",
                "Idempotency-Key: 7",
                "OpenAI-Beta: assistants=v2",
                "OpenAI-Organization: org-chosen",
                "Connection: keep-alive, X-Hop",
                "X-Hop: 1",
                "Keep-Alive: timeout=5",
                "TE: trailers",
                "Proxy-Authorization: Basic secret",
                "Cookie: secret",
                "X-Forwarded-For: 10.0.0.1",
                "x-tollgate-feature: chat"));

        assertThat(answer.status()).isEqualTo(200);
        FakeUpstream.Received request = UPSTREAM.only();
        assertThat(request.headers().toString())
                .contains("X-New: one", "x-new: two", "a test", "Idempotency-Key: 7", "assistants=v2", "org-chosen");
        assertThat(request.headerNames())
                .doesNotContain(
                        "x-hop",
                        "keep-alive",
                        "te",
                        "proxy-authorization",
                        "cookie",
                        "x-forwarded-for",
                        "x-tollgate-feature");
        assertThat(request.header("host")).isEqualTo(UPSTREAM.authority());
    }

    // Compressed requests.

    @Test
    void a_compressed_body_is_read_and_goes_on_plain() {
        for (String encoding : new String[] {"gzip", "deflate"}) {
            UPSTREAM.answering(json(200, "{}"));
            Answer answer = api.send(compressed(encoding, encoding.equals("gzip") ? gzip(bytes(ODD)) : deflate(ODD)));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(UPSTREAM.only().text()).isEqualTo(ODD);
            assertThat(UPSTREAM.only().headerNames()).doesNotContain("content-encoding");
        }
    }

    @Test
    void a_small_body_that_becomes_a_huge_one_is_refused() {
        byte[] bomb = gzip(new byte[BODY_BYTES_MAX + 1]);
        assertThat(bomb.length).isLessThan(10_000);
        UPSTREAM.answering(json(200, "{}"));
        Answer answer = api.send(compressed("gzip", bomb));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.errorCode()).isEqualTo("request_too_large");
        assertThat(UPSTREAM.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"gzip", "deflate", "br", "zstd"})
    void a_body_that_can_not_be_decompressed_is_refused(String encoding) {
        UPSTREAM.answering(json(200, "{}"));
        Answer answer = api.send(compressed(encoding, bytes("neither of these")));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.errorCode()).isEqualTo("unsupported_encoding");
        assertThat(UPSTREAM.received()).isEmpty();
    }

    // Answers.

    @Test
    void an_answer_comes_as_it_was_said() {
        String odd = "{ \"id\" : \"x\", \"new\":{\"n\":1.0,\"n\":1e0},\r\n\"usage\":" + USAGE + " }\n";
        UPSTREAM.answering(json(200, odd, "X-New: one", "X-New: two", "Connection: X-Hop", "X-Hop: 1"));
        Answer answer = api.post(CHAT, chat("gpt-4o-mini", "Hi"));

        assertThat(answer.text()).isEqualTo(odd);
        assertThat(answer.headers().allValues("x-new")).containsExactly("one", "two");
        assertThat(answer.hasHeader("x-hop")).isFalse();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            201 | application/json          | {"created":true}
            202 | application/json          | {}
            302 | text/html                 | <a href="/elsewhere">elsewhere</a>
            400 | application/json          | {"error":{"message":"no","type":"t","param":null,"code":"c"}}
            404 | text/plain; charset=utf-8 | nothing here
            418 | application/problem+json  | {"title":"teapot"}
            429 | application/json          | {"error":{"message":"slow down"}}
            500 | text/html                 | <html><body>Oops</body></html>
            503 | application/json          | not even JSON
            529 | application/json          | {"error":{"message":"overloaded"}}
            """)
    void a_status_and_its_body_come_as_they_were_said(int status, String type, String body) {
        UPSTREAM.answering(whole(status, type, body, "Retry-After: 17", "Location: /elsewhere"));
        Answer answer = api.post(CHAT, chat("gpt-4o-mini", "Hi"));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo(body);
        assertThat(answer.header("content-type")).isEqualTo(type);
        assertThat(answer.header("retry-after")).isEqualTo("17");
        assertThat(answer.header("location")).isEqualTo("/elsewhere");
        assertThat(UPSTREAM.received()).hasSize(1);
    }

    @Test
    void an_answer_without_a_body_comes_without_one() {
        UPSTREAM.answering("HTTP/1.1 204 No Content\r\nX-New: one\r\n\r\n");
        Answer answer = api.delete("/v1/files/file-1");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("x-new")).isEqualTo("one");
    }

    @Test
    void an_answer_may_end_with_its_connection_or_come_after_hints() {
        UPSTREAM.answering((_, wire) -> wire.write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                        + "{\"usage\":" + USAGE + "}")
                .close());
        Answer answer = api.post(CHAT, chat("gpt-4o-mini", "Hi"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"usage\":" + USAGE + "}");
    }

    @Test
    void an_answer_that_was_compressed_unasked_is_read_all_the_same() {
        byte[] said = gzip(bytes("{\"usage\":" + USAGE + "}"));
        UPSTREAM.answering((_, wire) -> wire.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        + "Content-Encoding: gzip\r\nContent-Length: " + said.length + "\r\n\r\n")
                .write(said));
        Answer answer = api.post(CHAT, chat("gpt-4o-mini", "Hi"), "accept-encoding", "gzip");

        assertThat(UPSTREAM.only().header("accept-encoding")).isEqualTo("identity");
        assertThat(answer.text()).isEqualTo("{\"usage\":" + USAGE + "}");
        assertThat(answer.hasHeader("content-encoding")).isFalse();
        assertThat(TOLLGATE.ledger().entry(answer).count("input")).isEqualTo(3);
    }

    @Test
    void what_need_not_be_read_stays_compressed_for_whoever_asked_for_it() {
        byte[] said = gzip(new byte[100_000]);
        UPSTREAM.answering((_, wire) -> wire.write("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
                        + "Content-Encoding: gzip\r\nContent-Length: " + said.length + "\r\n\r\n")
                .write(said));
        Answer answer = api.get("/v1/files/file-1/content", "accept-encoding", "gzip");

        assertThat(UPSTREAM.only().header("accept-encoding")).isEqualTo("gzip");
        assertThat(answer.header("content-encoding")).isEqualTo("gzip");
        assertThat(answer.header("content-length")).isEqualTo(Integer.toString(said.length));
        assertThat(answer.body()).isEqualTo(said);
    }

    // Streams.

    /** Wherever the provider's writes end, in lines of either kind, with members in any order. */
    @ParameterizedTest
    @CsvSource({"1,'\n'", "7,'\r\n'", "100000,'\n'"})
    void the_usage_that_only_tollgate_asked_for_is_taken_out_again(int writeBytes, String newline) {
        String said = """
                data: {"choices":[{"delta":{"content":"a"}}],"usage":null}

                : a comment

                data: {"usage": null ,"choices":[{"delta":{"content":"\\"usage\\":null"}}]}

                event: unknown
                id: 7
                data: {"new":true}

                data: {"choices":[{"delta":{}}],"x":{"usage":null},"usage" : null}

                data: {"choices":[],"usage":USAGE}

                data: [DONE]

                """.replace("USAGE", USAGE).replace("\n", newline);
        String wanted = """
                data: {"choices":[{"delta":{"content":"a"}}]}

                : a comment

                data: {"choices":[{"delta":{"content":"\\"usage\\":null"}}]}

                event: unknown
                id: 7
                data: {"new":true}

                data: {"choices":[{"delta":{}}],"x":{"usage":null}}

                data: [DONE]

                """.replace("\n", newline);
        UPSTREAM.answering((_, wire) -> {
            wire.write(streamHead());
            for (int at = 0; at < said.length(); at += writeBytes) {
                wire.chunk(said.substring(at, Math.min(said.length(), at + writeBytes)));
            }
            wire.end();
        });
        Answer answer = api.post(CHAT, streamedChat("gpt-4o-mini", "Hi"));

        assertThat(answer.text()).isEqualTo(wanted);
        assertThat(answer.header("content-type")).isEqualTo("text/event-stream; charset=utf-8");
        assertThat(TOLLGATE.ledger().entry(answer).count("output")).isEqualTo(2);
    }

    @Test
    void an_event_comes_as_soon_as_it_was_said() {
        CountDownLatch firstIsRead = new CountDownLatch(1);
        UPSTREAM.answering((_, wire) -> {
            wire.write(streamHead()).chunk("data: {\"n\":1}\n\n");
            await(firstIsRead);
            wire.chunk("data: {\"n\":2}\n\n").end();
        });
        try (RawConnection connection = RawConnection.to(TOLLGATE.root())) {
            connection
                    .send(RawConnection.post(CHAT, TOLLGATE.key(), streamedChat("gpt-4o-mini", "Hi")))
                    .readUntil("data: {\"n\":1}\n\n");
            firstIsRead.countDown();
            connection.readUntil("data: {\"n\":2}\n\n");
        }
    }

    // Ways in.

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Bearer ", "authorization: bearer ", "x-api-key: ", "api-key: "})
    void a_key_may_come_in_any_of_the_usual_headers(String header) {
        UPSTREAM.answering(json(200, "{}"));
        RawAnswer answer = send("GET /v1/files HTTP/1.1\r\nHost: x\r\n" + header + TOLLGATE.key() + "\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(UPSTREAM.only().header("authorization")).isEqualTo("Bearer sk-upstream");
        assertThat(UPSTREAM.only().headerNames()).doesNotContain("x-api-key", "api-key");
    }

    @Test
    void azures_paths_name_the_model() {
        UPSTREAM.answering(json(200, "{}"));
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        Answer answer =
                api.post("/openai/deployments/gpt-4o-mini/chat/completions?api-version=2024-10-21", "{" + messages);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(UPSTREAM.only().target()).startsWith("/v1/chat/completions");
        assertThat(UPSTREAM.only().text()).isEqualTo("{\"model\":\"gpt-4o-mini\"," + messages);
        assertThat(TOLLGATE.ledger().entry(answer).text("model_asked")).isEqualTo("gpt-4o-mini");
        UPSTREAM.answering(json(200, "{}"));
        api.post("/openai/v1/chat/completions", chat("gpt-4o-mini", "Hi"));
        assertThat(UPSTREAM.only().target()).isEqualTo(CHAT);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "/chat/completions, /v1/chat/completions",
        "/v1/v1/chat/completions, /v1/chat/completions",
        "/responses, /v1/responses",
        "/models, /v1/models",
    })
    void a_base_url_that_is_mistaken_is_told_by_name(String path, String meant) {
        UPSTREAM.answering(json(200, "{}"));
        Answer answer = api.post(path, "{}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.errorCode()).isEqualTo("unknown_path");
        assertThat(answer.json().at("/error/message").asText()).contains("Did you mean " + meant + "?");
        assertThat(UPSTREAM.received()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET, /v1/embeddings", "PUT, /v1/responses", "DELETE, /v1/audio/speech", "PUT, /v1/chat/completions"})
    void a_method_that_a_path_does_not_have_is_refused(String method, String path) {
        UPSTREAM.answering(json(200, "{}"));
        Answer answer = api.send(api.request(path).method(method, BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.errorCode()).isEqualTo("method_not_allowed");
        assertThat(UPSTREAM.received()).isEmpty();
    }

    @Test
    void realtime_is_not_offered_yet() {
        UPSTREAM.answering(json(200, "{}"));
        RawAnswer answer = send(RawConnection.get(
                "/v1/realtime?model=gpt-realtime",
                TOLLGATE.key(),
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.errorCode()).isEqualTo("not_offered");
        assertThat(UPSTREAM.received()).isEmpty();
    }

    @Test
    void a_client_may_wait_before_it_sends_its_body() {
        UPSTREAM.answering(json(200, "{}"));
        String request = RawConnection.post(CHAT, TOLLGATE.key(), ODD, "Expect: 100-continue");
        int bodyStart = request.indexOf("\r\n\r\n") + 4;
        try (RawConnection connection = RawConnection.to(TOLLGATE.root())) {
            RawAnswer first = connection.send(request.substring(0, bodyStart)).answer();
            RawAnswer second = connection.send(request.substring(bodyStart)).answer();

            assertThat(first.status()).isEqualTo(100);
            assertThat(second.status()).isEqualTo(200);
        }
        assertThat(UPSTREAM.only().text()).isEqualTo(ODD);
        assertThat(UPSTREAM.only().headerNames()).doesNotContain("expect");
    }

    private static RawAnswer send(String request) {
        try (RawConnection connection = RawConnection.to(TOLLGATE.root())) {
            return connection.send(request).answer();
        }
    }

    private HttpRequest.Builder compressed(String encoding, byte[] body) {
        return api.request(CHAT)
                .header("content-type", "application/json")
                .header("content-encoding", encoding)
                .POST(BodyPublishers.ofByteArray(body));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] deflate(String plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(bytes(plain));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }
}
