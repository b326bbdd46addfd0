package dev.tollgate.alerts;

import dev.tollgate.net.Destinations;
import dev.tollgate.net.Destinations.Destination;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Posts messages to receivers that somebody has named: only to addresses that are checked, and to the very address that
 * was; no redirect is followed, and of the answer no more than its beginning is read.
 */
public final class WebPost {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int PATIENCE_SECONDS = 15;
    private static final int ANSWER_BYTES_MAX = 4_096;
    private static final int EXCERPT_LENGTH_MAX = 256;
    private static final int HEADER_BYTES_MAX = 16_384;
    private static final int GONE = 410;

    private final HttpClient client;
    private final Receivers receivers;
    private final InstantSource clock;

    /** @param client made with {@link #options} */
    public WebPost(HttpClient client, Receivers receivers, InstantSource clock) {
        this.client = client;
        this.receivers = receivers;
        this.clock = clock;
    }

    /** What the client must be like: each message has a connection of its own, so that none leads elsewhere. */
    public static HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setIdleTimeout(2 * PATIENCE_SECONDS) // ends what nobody waits for any more
                .setKeepAlive(false)
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setDecompressionSupported(false)
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setVerifyHost(true);
    }

    /** Posts a message and tells how that went; never fails. */
    Future<Attempt> post(WebMessage message) {
        long begun = clock.millis();
        AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        return receivers
                .find(message.url())
                .compose(destination -> client.request(options(message.url(), destination)))
                .compose(request -> {
                    sent.set(request);
                    return send(request, message);
                })
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .onFailure(_ -> {
                    HttpClientRequest request = sent.get();
                    if (request != null) {
                        request.reset();
                    }
                })
                .compose(response -> outcome(response, message.url(), clock.millis() - begun))
                .otherwise(failure -> Attempt.failed(null, clock.millis() - begun, reason(failure)));
    }

    private static RequestOptions options(SecretUrl url, Destination destination) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(
                        url.port(), destination.address().getHostAddress()))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.isTls())
                .setURI(url.target())
                .setFollowRedirects(false);
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, WebMessage message) {
        request.putHeader(HttpHeaderNames.HOST, message.url().authority());
        request.putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json");
        request.putHeader(HttpHeaderNames.USER_AGENT, "Tollgate");
        message.headers().forEach(request::putHeader);
        return request.send(Buffer.buffer(message.bytes())).onSuccess(HttpClientResponse::pause);
    }

    private static Future<Attempt> outcome(HttpClientResponse response, SecretUrl url, long latencyMillis) {
        int status = response.statusCode();
        return beginning(response).map(body -> {
            if (status / 100 == 2) {
                return Attempt.delivered(status, latencyMillis);
            }
            String said = url.hiddenIn(printable(body));
            String error = status / 100 == 3
                    ? "answered " + status + "; redirects are not followed"
                    : "answered " + status + (said.isBlank() ? "" : ": " + said);
            Attempt failed = Attempt.failed(status, latencyMillis, error).retriedAfter(retryAfter(response));
            return status == GONE ? failed.asFinal() : failed;
        });
    }

    /** The first bytes of the answer, as far as they come; the rest is not read. */
    private static Future<Buffer> beginning(HttpClientResponse response) {
        Promise<Buffer> read = Promise.promise();
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            body.appendBuffer(part.getBuffer(0, Math.min(part.length(), ANSWER_BYTES_MAX - body.length())));
            if (body.length() == ANSWER_BYTES_MAX) {
                response.request().reset();
                read.tryComplete(body);
            }
        });
        response.endHandler(_ -> read.tryComplete(body));
        response.exceptionHandler(_ -> read.tryComplete(body));
        response.resume();
        return read.future().timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).otherwise(_ -> {
            response.request().reset();
            return body;
        });
    }

    private static String printable(Buffer body) {
        String text = body.toString(StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}\\s]+", " ");
        return text.length() <= EXCERPT_LENGTH_MAX ? text : text.substring(0, EXCERPT_LENGTH_MAX);
    }

    /** In seconds alone; who gives a date is tried again when it suits us. */
    private static @Nullable Duration retryAfter(HttpClientResponse response) {
        String value = response.getHeader(HttpHeaderNames.RETRY_AFTER);
        return value != null && value.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(value)) : null;
    }

    /** In our words where an exception's own would tell addresses. */
    private static String reason(Throwable failure) {
        return switch (failure) {
            case Destinations.Unknown unknown -> String.valueOf(unknown.getMessage());
            case Receivers.Refused refused -> String.valueOf(refused.getMessage());
            case TimeoutException _ -> "no answer within " + PATIENCE_SECONDS + " s";
            case ConnectException _ -> "the host can't be connected to";
            case SSLException tls -> "TLS failed: " + tls.getMessage();
            default -> "the connection failed: " + failure.getClass().getSimpleName();
        };
    }
}
