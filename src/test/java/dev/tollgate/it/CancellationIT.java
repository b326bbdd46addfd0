package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Ids;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.RawAnswer;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.SharedTollgate;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that go away: what becomes of their calls at the provider, what is booked, and that others don't notice. */
class CancellationIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String WHOLE = chat("gpt-4o-mini", "Hello");
    private static final String STREAM = streamedChat("gpt-4o-mini", "Hello");

    /** Longer than any test waits: what has them ends early or not at all. */
    private static final List<String> ENDLESS = List.of("x-simulate-words: 100000", "x-simulate-chunk-ms: 20");

    private static final String NO_FIRST_BYTE = "x-simulate-latency-ms: 600000";
    private static final long HTTP2_CANCEL = 8;
    private static final int PARALLEL = 100;

    private static final Vertx VERTX = Vertx.vertx();

    private final TollgateProcess tollgate = SharedTollgate.get();
    private final TestProvider provider = TestProvider.get();
    private final String tag = "cancel-" + UUID.randomUUID();
    private final long openBefore = provider.charges().open();
    private final long cancelledBefore = provider.charges().cancelled();

    @AfterAll
    static void nothing_was_complained_about() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(60, SECONDS);
        assertThat(SharedTollgate.get().complaints()).isEmpty();
    }

    @AfterEach
    void nothing_stays_in_flight() {
        Await.until("Tollgate has no request", () -> tollgate.metric("tollgate_requests_in_flight") == 0);
        Await.until("the provider has no request", () -> provider.charges().open() == openBefore);
    }

    @Test
    void a_stream_ends_at_the_provider_when_its_client_goes_away_in_the_middle() {
        try (RawConnection connection = RawConnection.to(tollgate.root())) {
            connection.send(post(STREAM, ENDLESS)).readUntil("\"fox \"");
        }

        awaitCancelledAtProvider();
        assertBookedForWhatCameBy();
    }

    @Test
    void a_stream_ends_at_the_provider_when_its_client_goes_away_before_the_first_byte() {
        try (RawConnection connection = RawConnection.to(tollgate.root())) {
            connection.send(post(STREAM, List.of(NO_FIRST_BYTE)));
            awaitOpenAtProvider();
        }

        awaitCancelledAtProvider();
        Ledger.Entry entry = assertBookedAsCancelled();
        assertThat(entry.estimated()).isTrue();
        assertThat(entry.count("output")).isZero();
        assertThat(provider.requests(tag)).isZero();
    }

    /** A provider works on a whole answer and charges for it, whether anyone waits or not. */
    @Test
    void a_whole_answer_is_read_to_its_end_and_booked_exactly_when_its_client_goes_away() {
        try (RawConnection connection = RawConnection.to(tollgate.root())) {
            connection.send(post(WHOLE, List.of("x-simulate-latency-ms: 1000")));
            awaitOpenAtProvider();
        }

        Ledger.Entry entry = assertBookedAsCancelled();
        assertThat(entry.estimated()).isFalse();
        assertThat(entry.charge()).isEqualTo(provider.charged(tag));
        assertThat(provider.charges().cancelled()).isEqualTo(cancelledBefore);
    }

    @Test
    void a_hundred_streams_at_once_come_whole() {
        List<RawConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < PARALLEL; i++) {
                RawConnection connection = RawConnection.to(tollgate.root());
                connections.add(connection);
                connection.send(post(numbered(i), List.of("x-simulate-chunk-ms: 50")));
            }
            for (int i = 0; i < PARALLEL; i++) {
                RawAnswer answer = connections.get(i).answer();
                assertThat(answer.complete()).isTrue();
                assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(numbered(i)));
            }
        } finally {
            connections.forEach(RawConnection::close);
        }

        List<Ledger.Entry> entries = tollgate.ledger().ofCaller(tag, PARALLEL);
        assertThat(entries).allMatch(entry -> entry.outcome().equals("ok"));
        assertThat(entries).noneMatch(Ledger.Entry::estimated);
        assertThat(provider.requests(tag)).isEqualTo(PARALLEL);
    }

    @Test
    void a_stream_of_http_2_that_is_reset_in_the_middle_ends_at_the_provider() throws Exception {
        HttpClient client = http2();
        HttpClientRequest request = await(open(client, ENDLESS));
        StringBuilder came = new StringBuilder();
        CompletableFuture<String> began = new CompletableFuture<>();
        HttpClientResponse response = await(request.send(STREAM)
                .onSuccess(answer -> answer.handler(chunk -> {
                    came.append(chunk);
                    if (came.toString().split("data: ").length > 3) { // the first event has no text yet
                        began.complete(came.toString());
                    }
                })));
        assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(began.get(60, SECONDS)).startsWith("data: ");

        request.reset(HTTP2_CANCEL);

        awaitCancelledAtProvider();
        assertBookedForWhatCameBy();
        assertConnectionServesOn(client, request);
    }

    @Test
    void a_stream_of_http_2_that_is_reset_before_the_first_byte_ends_at_the_provider() throws Exception {
        HttpClient client = http2();
        HttpClientRequest request = await(open(client, List.of(NO_FIRST_BYTE)));
        request.send(STREAM);
        awaitOpenAtProvider();

        request.reset(HTTP2_CANCEL);

        awaitCancelledAtProvider();
        assertThat(assertBookedAsCancelled().estimated()).isTrue();
        assertConnectionServesOn(client, request);
    }

    /** A client of HTTP/2 without TLS that has one connection. */
    private static HttpClient http2() {
        return VERTX.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false),
                new PoolOptions().setHttp2MaxSize(1));
    }

    private Future<HttpClientRequest> open(HttpClient client, List<String> headers) {
        return client.request(
                        HttpMethod.POST,
                        tollgate.root().getPort(),
                        tollgate.root().getHost(),
                        CHAT)
                .onSuccess(request -> {
                    request.putHeader("authorization", "Bearer " + tollgate.key());
                    request.putHeader("content-type", "application/json");
                    for (String header : marked(headers)) {
                        String[] nameAndValue = header.split(": ");
                        request.putHeader(nameAndValue[0], nameAndValue[1]);
                    }
                });
    }

    private void assertConnectionServesOn(HttpClient client, HttpClientRequest before) throws Exception {
        HttpClientRequest next = await(open(client, List.of()));
        assertThat(next.connection()).isSameAs(before.connection());
        Buffer answer = await(next.send(STREAM).compose(HttpClientResponse::body));
        assertThat(Ids.hiddenIn(answer.toString())).isEqualTo(directly(STREAM));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
    }

    private static String numbered(int i) {
        return streamedChat("gpt-4o-mini", "Stream number " + i);
    }

    private String post(String request, List<String> headers) {
        return RawConnection.post(CHAT, tollgate.key(), request, marked(headers).toArray(String[]::new));
    }

    private List<String> marked(List<String> headers) {
        List<String> all = new ArrayList<>(headers);
        all.add("x-simulate-tag: " + tag);
        all.add("x-client-request-id: " + tag);
        return all;
    }

    /** What the provider answers without Tollgate, but for its ids. */
    private String directly(String request) {
        try (RawConnection direct = RawConnection.to(provider.api().root())) {
            String post = RawConnection.post(CHAT, provider.api().key(), request);
            return Ids.hiddenIn(direct.send(post).answer().text());
        }
    }

    private void awaitOpenAtProvider() {
        Await.until("the provider works", () -> provider.charges().open() == openBefore + 1);
    }

    private void awaitCancelledAtProvider() {
        Await.until("the provider knows", () -> provider.charges().cancelled() == cancelledBefore + 1);
    }

    private void assertBookedForWhatCameBy() {
        Ledger.Entry entry = assertBookedAsCancelled();
        assertThat(entry.estimated()).isTrue();
        assertThat(entry.count("output")).isBetween(1L, provider.billed(tag).outputTokens());
        assertThat(entry.status()).isEqualTo(200);
    }

    private Ledger.Entry assertBookedAsCancelled() {
        Ledger.Entry entry = tollgate.ledger().ofCaller(tag);
        assertThat(entry.outcome()).isEqualTo("cancelled");
        assertThat(entry.json().path("client_gone").asBoolean()).isTrue();
        assertThat(entry.charge().nanos()).isPositive();
        return entry;
    }
}
