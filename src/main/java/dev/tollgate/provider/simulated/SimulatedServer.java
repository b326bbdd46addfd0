package dev.tollgate.provider.simulated;

import dev.tollgate.kernel.Usage;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.Objects;

/** Takes requests in, has an endpoint answer them and turns every refusal into OpenAI's shape. */
final class SimulatedServer {
    static final int BODY_BYTES_MAX = 64 * 1024 * 1024;

    private static final System.Logger LOG = System.getLogger(SimulatedServer.class.getName());
    private static final String HTML = "<html><head><title>502 Bad Gateway</title></head><body>simulated</body></html>";

    private final Vertx vertx;
    private final Clock clock;
    private final Ids ids;
    private final ChargeBook charges;
    private final Routes routes;
    private final Attempts attempts = new Attempts();

    SimulatedServer(Vertx vertx, Clock clock, Ids ids, ChargeBook charges, Routes routes) {
        this.vertx = vertx;
        this.clock = clock;
        this.ids = ids;
        this.charges = charges;
        this.routes = routes;
    }

    void handle(HttpServerRequest request) {
        long arrived = clock.millis();
        Delivery delivery = new Delivery(vertx, charges, request);
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() <= BODY_BYTES_MAX) {
                body.appendBuffer(chunk);
            } else {
                request.handler(null).endHandler(null);
                request.response().putHeader("connection", "close");
                describe(request.response(), arrived, Usage.NONE);
                delivery.send(Answer.error(tooLarge()), Wishes.NONE);
            }
        });
        request.exceptionHandler(_ -> {});
        request.endHandler(_ -> answer(request, body, arrived, delivery));
    }

    private void answer(HttpServerRequest request, Buffer body, long arrived, Delivery delivery) {
        Wishes wishes = Wishes.NONE;
        Answer answer;
        try {
            authorize(request);
            wishes = wishes(request, body);
            answer = answer(request, body, wishes);
        } catch (ApiError e) {
            answer = Answer.error(e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "no answer to " + request.method() + " " + request.uri(), e);
            answer = Answer.error(ApiError.ofStatus(500));
        }
        describe(request.response(), arrived, answer instanceof Answer.Whole whole ? whole.bill() : Usage.NONE);
        if (answer instanceof Answer.Whole whole && whole.status() == 429) {
            request.response().putHeader("retry-after", "1").putHeader("retry-after-ms", "1000");
        }
        delivery.send(answer, wishes);
    }

    private Answer answer(HttpServerRequest request, Buffer body, Wishes wishes) {
        if (wishes.status() > 0) {
            throw ApiError.ofStatus(wishes.status());
        }
        if (wishes.has(Fault.NOT_JSON) || wishes.has(Fault.NOT_JSON_200)) {
            int status = wishes.has(Fault.NOT_JSON) ? 502 : 200;
            return new Answer.Whole(status, "text/html", Buffer.buffer(HTML), "", Usage.NONE);
        }
        if (wishes.has(Fault.EMPTY_BODY)) {
            return new Answer.Whole(200, Answer.JSON, Buffer.buffer(), "", Usage.NONE);
        }
        String path = Objects.requireNonNullElse(request.path(), "");
        Routes.Match match = routes.find(request.method(), path);
        if (wishes.has(Fault.RESET) || wishes.has(Fault.STALL)) {
            return Answer.json(Json.object());
        }
        return match.endpoint()
                .answer(new Call(path, match.variables(), query(request), request.headers(), body, wishes));
    }

    private static MultiMap query(HttpServerRequest request) {
        try {
            return request.params();
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("The query could not be read.", null, null);
        }
    }

    private static void authorize(HttpServerRequest request) {
        String authorization = request.getHeader("authorization");
        if (authorization == null) {
            throw new ApiError(401, "invalid_request_error", "You didn't provide an API key.", null, null);
        }
        if (!authorization.equals("Bearer " + SimulatedProvider.API_KEY)) {
            throw ApiError.ofStatus(401);
        }
    }

    /** What the request wishes, without the faults that are for another model or for earlier attempts. */
    private Wishes wishes(HttpServerRequest request, Buffer body) {
        Wishes wishes = Wishes.of(request.headers());
        if (wishes.onlyFor() != null
                && !wishes.onlyFor().equals(Json.parse(body).path("model").asText())) {
            return wishes.withoutFaults();
        }
        boolean over = wishes.faultTimes() > 0 && attempts.count(wishes.tag()) > wishes.faultTimes();
        return over ? wishes.withoutFaults() : wishes;
    }

    /** The headers that OpenAI puts on every answer. Its rate limits are shown, but never reached. */
    private void describe(HttpServerResponse response, long arrived, Usage bill) {
        response.putHeader("x-request-id", ids.next("req_"))
                .putHeader("openai-organization", "simulated")
                .putHeader("openai-version", "2020-10-01")
                .putHeader("openai-processing-ms", Long.toString(clock.millis() - arrived))
                .putHeader("x-ratelimit-limit-requests", "10000")
                .putHeader("x-ratelimit-remaining-requests", "9999")
                .putHeader("x-ratelimit-reset-requests", "6ms")
                .putHeader("x-ratelimit-limit-tokens", "30000000")
                .putHeader("x-ratelimit-remaining-tokens", Long.toString(30_000_000 - bill.inputTokens()))
                .putHeader("x-ratelimit-reset-tokens", "0s");
    }

    private static ApiError tooLarge() {
        return new ApiError(
                413,
                "invalid_request_error",
                "The request body is larger than " + BODY_BYTES_MAX + " bytes.",
                null,
                "request_too_large");
    }
}
