package dev.tollgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacedFlowTest {
    private static final List<Buffer> CHUNKS =
            List.of(Buffer.buffer("data: 1\n\n"), Buffer.buffer("data: 2\n\n"), Buffer.buffer("data: [DONE]\n\n"));

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();

    @AfterEach
    void stop() {
        get(vertx.close());
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** A server that answers with a flow made for each request. */
    private Future<HttpClientResponse> asked(Duration pause, BiConsumer<PacedFlow, HttpServerResponse> send) {
        HttpServer server = get(vertx.createHttpServer()
                .requestHandler(request ->
                        send.accept(new PacedFlow(CHUNKS, pause, vertx.getOrCreateContext()), request.response()))
                .listen(0, "127.0.0.1"));
        return client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                .compose(request -> request.send());
    }

    @Test
    void sends_every_chunk_in_order_and_has_ended() {
        Promise<Flow.End> ended = Promise.promise();
        Future<Buffer> body = asked(Duration.ofMillis(1), (flow, response) -> {
                    flow.ended().onSuccess(ended::complete);
                    flow.sendTo(response);
                })
                .compose(HttpClientResponse::body);
        assertThat(get(body)).hasToString("data: 1\n\ndata: 2\n\ndata: [DONE]\n\n");
        assertThat(get(ended.future())).isEqualTo(Flow.End.COMPLETE);
    }

    @Test
    void sends_nothing_more_to_a_client_that_has_gone() {
        Promise<Flow.End> ended = Promise.promise();
        Future<HttpClientResponse> answer = asked(Duration.ofHours(1), (flow, response) -> {
            flow.ended().onSuccess(ended::complete);
            response.closeHandler(_ -> flow.clientGone());
            flow.sendTo(response);
        });
        get(answer).request().reset();
        assertThat(get(ended.future())).isEqualTo(Flow.End.CLIENT_GONE);
    }
}
