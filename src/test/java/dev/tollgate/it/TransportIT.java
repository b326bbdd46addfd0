package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Certificate;
import dev.tollgate.testkit.ConnectProxy;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Ids;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.SharedTollgate;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TlsFront;
import dev.tollgate.testkit.TollgateProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How bytes travel: over each version of HTTP, with TLS and without, from the client and to the provider. The Tollgate
 * of these tests serves HTTPS and reaches its providers through a proxy, over TLS with certificates on both sides.
 */
class TransportIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String WHOLE = chat("gpt-4o-mini", "Hello");
    private static final String STREAM = streamedChat("gpt-4o-mini", "Hello");
    private static final long HTTP2_CANCEL = 8;
    private static final int PARALLEL = 20;

    private static final Vertx VERTX = Vertx.vertx();
    private static final TestProvider PROVIDER = TestProvider.get();
    private static final FakeUpstream GATE = FakeUpstream.start();
    private static final ConnectProxy PROXY = ConnectProxy.start();

    @TempDir
    private static Path folder;

    private static Certificate certificate;
    private static Certificate provider;
    private static TlsFront front;
    private static TlsFront gateFront;
    private static TollgateProcess tollgate;

    /** The ways in that a client can choose. */
    enum Way {
        HTTP_1_1_OVER_TLS(true, HttpVersion.HTTP_1_1),
        HTTP_2_OVER_TLS(true, HttpVersion.HTTP_2),
        HTTP_1_1(false, HttpVersion.HTTP_1_1),
        HTTP_2_BY_UPGRADE(false, HttpVersion.HTTP_2),
        HTTP_2_WITH_PRIOR_KNOWLEDGE(false, HttpVersion.HTTP_2);

        private final boolean tls;
        private final HttpVersion version;

        Way(boolean tls, HttpVersion version) {
            this.tls = tls;
            this.version = version;
        }

        /** A client that has one connection. */
        HttpClient client() {
            HttpClientOptions options = new HttpClientOptions()
                    .setProtocolVersion(version)
                    .setHttp2ClearTextUpgrade(this == HTTP_2_BY_UPGRADE);
            if (tls) {
                options.setSsl(true).setUseAlpn(true).setTrustOptions(TrustOptions.wrap(certificate.trust()));
            }
            return VERTX.createHttpClient(
                    options, new PoolOptions().setHttp1MaxSize(1).setHttp2MaxSize(1));
        }

        TollgateProcess server() {
            return tls ? tollgate : SharedTollgate.get();
        }
    }

    private final String tag = "transport-" + UUID.randomUUID();

    @BeforeAll
    static void start() {
        certificate = Certificate.in(folder("server"));
        provider = Certificate.in(folder("provider"));
        Certificate client = Certificate.in(folder("client"));
        front = TlsFront.before(PROVIDER.api().root().getPort(), provider, client);
        gateFront = TlsFront.before(URI.create(GATE.baseUrl()).getPort(), provider, client);
        tollgate = trusting()
                .with("TOLLGATE_PROXY", PROXY.url())
                .with("TOLLGATE_CLIENT_CERTIFICATE", client.certificateFile())
                .with("TOLLGATE_CLIENT_KEY", client.keyFile())
                .with("TOLLGATE_TLS_CERTIFICATE", certificate.certificateFile())
                .with("TOLLGATE_TLS_KEY", certificate.keyFile())
                .start();
    }

    @AfterAll
    static void nothing_was_complained_about() throws Exception {
        tollgate.close();
        assertThat(tollgate.complaints()).isEmpty();
        await(VERTX.close());
        for (AutoCloseable open : List.of(front, gateFront, GATE, PROXY)) {
            open.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void answers_and_streams_come_as_the_provider_gave_them_one_after_the_other_on_one_connection(Way way)
            throws Exception {
        HttpClient client = way.client();
        HttpConnection connection = null;
        for (String request : List.of(WHOLE, STREAM, WHOLE)) {
            HttpClientRequest opened = await(open(client, way.server()));
            HttpClientResponse response = await(send(opened, request));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(way.version);
            assertThat(Ids.hiddenIn(await(response.body()).toString())).isEqualTo(directly(request));
            assertThat(connection == null || connection == opened.connection()).isTrue();
            connection = opened.connection();
        }
    }

    @Test
    void the_scheme_that_was_set_is_the_one_that_is_told() {
        assertThat(tollgate.baseUrl()).startsWith("https://127.0.0.1:");
    }

    /** The provider answers none of them before it has them all. */
    @Test
    void streams_of_one_connection_run_side_by_side() throws Exception {
        CountDownLatch all = new CountDownLatch(PARALLEL);
        GATE.answering((request, wire) -> {
            all.countDown();
            if (awaited(all)) {
                wire.write(FakeUpstream.streamHead())
                        .chunk("data: {\"choices\":[{\"delta\":{\"content\":\"" + request.header("x-number")
                                + "\"}}]}\n\n")
                        .chunk("data: [DONE]\n\n")
                        .end();
            }
        });
        HttpClient client = Way.HTTP_2_OVER_TLS.client();
        HttpConnection connection = await(
                open(client, tollgate).compose(request -> send(request, WHOLE).map(request.connection())));
        List<Future<Buffer>> answers = new ArrayList<>();
        for (int i = 0; i < PARALLEL; i++) {
            HttpClientRequest request = await(open(client, tollgate));
            assertThat(request.connection()).isSameAs(connection);
            request.putHeader("x-number", "number " + i);
            answers.add(send(request, streamedChat("mistral/any", "Hello")).compose(HttpClientResponse::body));
        }

        for (int i = 0; i < PARALLEL; i++) {
            assertThat(await(answers.get(i)).toString()).contains("\"number " + i + "\"", "[DONE]");
        }
    }

    @Test
    void a_stream_that_is_cancelled_ends_at_the_provider_and_its_connection_serves_on() throws Exception {
        long cancelledBefore = PROVIDER.charges().cancelled();
        HttpClient client = Way.HTTP_2_OVER_TLS.client();
        HttpClientRequest request = await(open(client, tollgate));
        request.putHeader("x-simulate-words", "100000").putHeader("x-simulate-chunk-ms", "20");
        HttpClientResponse response = await(request.send(STREAM));
        response.pause();

        request.reset(HTTP2_CANCEL);

        Await.until("the provider knows", () -> PROVIDER.charges().cancelled() == cancelledBefore + 1);
        HttpClientRequest next = await(open(client, tollgate));
        assertThat(next.connection()).isSameAs(request.connection());
        assertThat(await(send(next, WHOLE)).statusCode()).isEqualTo(200);
    }

    @Test
    void a_tunnel_through_the_proxy_is_used_again() throws Exception {
        HttpClient client = Way.HTTP_1_1_OVER_TLS.client();
        await(open(client, tollgate).compose(request -> send(request, WHOLE)));
        int tunnels = PROXY.tunnels().size();
        for (int i = 0; i < 3; i++) {
            await(open(client, tollgate).compose(request -> send(request, WHOLE)));
        }

        assertThat(PROXY.tunnels()).hasSize(tunnels).contains(front.authority());
    }

    @Test
    void a_proxy_that_refuses_is_a_502_and_costs_nothing() {
        assertReachesNothing(
                trusting().with("TOLLGATE_PROXY", PROXY.url().replace("tester", "stranger")), /* isSent= */ false);
    }

    @Test
    void a_provider_whose_certificate_is_not_trusted_is_sent_nothing() {
        assertReachesNothing(tollgate(), /* isSent= */ false);
    }

    /** With TLS 1.3 a client may have sent its request before it learns that its certificate was wanted. */
    @Test
    void a_provider_that_wants_a_certificate_does_not_serve_one_who_has_none() {
        assertReachesNothing(trusting(), /* isSent= */ true);
    }

    private void assertReachesNothing(TollgateProcess.Setup setup, boolean isSent) {
        try (TollgateProcess process = setup.start()) {
            Answer answer = process.api().post(CHAT, WHOLE, "x-simulate-tag", tag);

            assertThat(answer.status()).isEqualTo(502);
            assertThat(PROVIDER.requests(tag)).isZero();
            Ledger.Entry entry = process.ledger().entry(answer);
            if (!isSent) {
                assertThat(answer.errorCode()).isEqualTo("upstream_unreachable");
                assertThat(entry.charge().nanos()).isZero();
            }
            assertThat(process.complaints()).isEmpty();
        }
    }

    private static TollgateProcess.Setup trusting() {
        return tollgate().with("TOLLGATE_TRUSTED_CERTIFICATES", provider.certificateFile());
    }

    private static TollgateProcess.Setup tollgate() {
        return TollgateProcess.setUp()
                .over(TestPostgres.freshDatabase())
                .asking(front.baseUrl(), PROVIDER.api().key())
                .with("MISTRAL_BASE_URL", gateFront.baseUrl())
                .with("TOLLGATE_UNPRICED_INPUT", "1")
                .with("TOLLGATE_UNPRICED_OUTPUT", "1");
    }

    private static Path folder(String name) {
        Path made = folder.resolve(name);
        assertThat(made.toFile().mkdir()).isTrue();
        return made;
    }

    private Future<HttpClientRequest> open(HttpClient client, TollgateProcess server) {
        URI root = server.root();
        return client.request(HttpMethod.POST, root.getPort(), root.getHost(), CHAT)
                .onSuccess(request -> request.putHeader("authorization", "Bearer " + server.key())
                        .putHeader("content-type", "application/json")
                        .putHeader("x-simulate-tag", tag));
    }

    /** The answer with its body. Whoever reads it is named before it can come, or nobody might read what comes at once. */
    private static Future<HttpClientResponse> send(HttpClientRequest request, String body) {
        Future<HttpClientResponse> answer =
                request.response().compose(response -> response.body().map(response));
        request.end(body);
        return answer;
    }

    /** What the provider answers without Tollgate, but for its ids. */
    private static String directly(String request) {
        return Ids.hiddenIn(PROVIDER.api().post(CHAT, request).text());
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(60, SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
    }
}
