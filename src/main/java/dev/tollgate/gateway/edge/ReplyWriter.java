package dev.tollgate.gateway.edge;

import dev.tollgate.gateway.CacheStatus;
import dev.tollgate.gateway.Exchange;
import dev.tollgate.gateway.Printable;
import dev.tollgate.gateway.Reply;
import dev.tollgate.kernel.Money;
import dev.tollgate.provider.Candidate;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Writes replies, with the headers by which a caller learns what Tollgate did. */
final class ReplyWriter {
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence UPSTREAM_REQUEST_ID =
            HttpHeaders.createOptimized("x-tollgate-upstream-request-id");
    private static final CharSequence CACHE = HttpHeaders.createOptimized("x-tollgate-cache");
    private static final CharSequence COST = HttpHeaders.createOptimized("x-tollgate-cost");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("x-tollgate-model");
    private static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-tollgate-provider");
    private static final CharSequence OVERHEAD = HttpHeaders.createOptimized("x-tollgate-overhead-ms");
    private static final CharSequence CLOSE = HttpHeaders.createOptimized("close");

    private ReplyWriter() {}

    /** Writes a reply; the {@code last} one of a connection says so. */
    static void write(Exchange exchange, Reply reply, boolean last) {
        HttpServerResponse response = exchange.request().response();
        if (response.ended() || response.closed()) {
            if (reply instanceof Reply.Relayed relayed) {
                relayed.flow().clientGone();
            }
            return;
        }
        response.setStatusCode(reply.status());
        MultiMap headers = response.headers();
        if (headers != reply.headers()) {
            headers.clear().addAll(reply.headers());
        }
        headers.set(REQUEST_ID, exchange.id().toString());
        describe(exchange, headers);
        if (last) {
            headers.set(HttpHeaders.CONNECTION, CLOSE);
        }
        switch (reply) {
            case Reply.Whole whole -> response.end(whole.body());
            case Reply.Relayed relayed -> relayed.flow().sendTo(response);
        }
    }

    private static void describe(Exchange exchange, MultiMap headers) {
        Candidate candidate = exchange.candidateOrNull();
        if (candidate != null) {
            headers.set(
                    PROVIDER,
                    candidate.account().simulated()
                            ? "simulated"
                            : candidate.account().provider());
            String model = candidate.model();
            if (model != null && Printable.is(model)) {
                headers.set(MODEL, model);
            }
        }
        String upstreamRequestId = exchange.upstreamRequestId();
        if (upstreamRequestId != null) {
            headers.set(UPSTREAM_REQUEST_ID, upstreamRequestId);
        }
        MultiMap standing = exchange.standing();
        if (standing != null) {
            standing.forEach(header -> headers.set(header.getKey(), header.getValue()));
        }
        CacheStatus cache = exchange.cacheStatus();
        if (cache != null) {
            headers.set(CACHE, cache.label());
        }
        Money cost = exchange.cost();
        if (cost != null) {
            headers.set(COST, cost.toDollars());
        }
        headers.set(OVERHEAD, milliseconds(exchange.overheadNanos(System.nanoTime())));
    }

    /** Milliseconds with three decimals. */
    private static String milliseconds(long nanos) {
        long micros = Math.max(0, nanos / 1_000);
        String fraction = Long.toString(1_000 + micros % 1_000);
        return micros / 1_000 + "." + fraction.substring(1);
    }
}
