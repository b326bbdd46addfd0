package dev.tollgate.platform.demo;

import dev.tollgate.ledger.KeyUsage;
import dev.tollgate.tenancy.ApiKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.util.concurrent.atomic.AtomicBoolean;

/** Speaks to Tollgate over HTTP, as the applications of the demo would. Used on one event loop. */
final class GatewayClient {
    private static final int CONNECTIONS_MAX = 256;
    private static final long SILENCE_MILLIS_MAX = 30_000;

    private final Vertx vertx;
    private final HttpClient client;
    private final String baseUrl;

    /** @param baseUrl Tollgate's own, ending in {@code /v1}, on this machine: its certificate is taken as it is */
    GatewayClient(Vertx vertx, String baseUrl) {
        this.vertx = vertx;
        this.baseUrl = baseUrl;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setTrustAll(true).setVerifyHost(false).setTracingPolicy(TracingPolicy.IGNORE),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_MAX));
    }

    /** Makes a call and says what became of it; never fails. */
    Future<Outcome> send(ApiKey key, Call call) {
        AtomicBoolean cancelled = new AtomicBoolean();
        return open(HttpMethod.POST, call.path(), key)
                .compose(request -> {
                    request.putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                            .putHeader("x-client-request-id", call.label())
                            .putHeader("x-tollgate-include", "cost");
                    call.wishes().forEach(request::putHeader);
                    Future<Outcome> outcome =
                            request.send(call.body().toBuffer()).compose(GatewayClient::outcome);
                    if (call.patienceMillis() > 0) {
                        long timer = vertx.setTimer(call.patienceMillis(), _ -> {
                            cancelled.set(true);
                            request.reset();
                        });
                        return outcome.onComplete(_ -> vertx.cancelTimer(timer));
                    }
                    return outcome;
                })
                .otherwise(_ -> cancelled.get() ? Outcome.CANCELLED : Outcome.FAILED);
    }

    /** What the ledger has of a key, this question not yet included. */
    Future<KeyUsage> usage(ApiKey key) {
        return open(HttpMethod.GET, "/usage", key)
                .compose(HttpClientRequest::send)
                .compose(response -> response.statusCode() == 200
                        ? response.body()
                        : Future.failedFuture("GET /v1/usage answered " + response.statusCode()))
                .map(body -> Booked.read(body.toJsonObject()));
    }

    Future<Void> close() {
        return client.close();
    }

    private Future<HttpClientRequest> open(HttpMethod method, String path, ApiKey key) {
        return client.request(new RequestOptions()
                        .setMethod(method)
                        .setAbsoluteURI(baseUrl + path)
                        .setIdleTimeout(SILENCE_MILLIS_MAX))
                .map(request -> request.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key.reveal()));
    }

    private static Future<Outcome> outcome(HttpClientResponse response) {
        return response.body().map(body -> response.statusCode() == 200 ? read(response, body) : Outcome.FAILED);
    }

    private static Outcome read(HttpClientResponse response, Buffer body) {
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.startsWith("text/event-stream")
                ? Outcome.ofStream(body.toString())
                : Outcome.ofJson(body.toString(), response.getHeader("x-tollgate-cost"));
    }
}
