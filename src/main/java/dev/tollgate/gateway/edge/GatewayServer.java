package dev.tollgate.gateway.edge;

import dev.tollgate.gateway.AnswerProblems;
import dev.tollgate.gateway.Exchange;
import dev.tollgate.gateway.Pipeline;
import dev.tollgate.gateway.Reply;
import dev.tollgate.gateway.RequestPipeline;
import dev.tollgate.gateway.http.BodyReader;
import dev.tollgate.gateway.http.Deadlines;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.RequestIds;
import dev.tollgate.ledger.journal.Lane;
import dev.tollgate.provider.ModelLists;
import dev.tollgate.provider.Upstream;
import dev.tollgate.wire.openai.ApiPath;
import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The gateway on one event loop: its own server, its own pipeline and its own connections to providers, so that a request
 * stays on one thread from its first byte to its last. Several of them share the port.
 */
public final class GatewayServer extends AbstractVerticle {
    private static final int HEADER_BYTES_MAX = 64 * 1024;
    private static final int REQUEST_LINE_BYTES_MAX = 16 * 1024;
    private static final int CHUNK_BYTES_MAX = 64 * 1024;
    private static final int HTTP2_STREAMS_MAX = 1_000;
    private static final String VIA = "x-tollgate-via";
    private static final Logger LOG = Logger.getLogger(GatewayServer.class);

    private final ServerSettings settings;
    private final RequestPipeline.Parts parts;
    private final Lane lane;
    private final RequestIds ids;
    private final InFlight inFlight;
    private final @Nullable Handler<HttpServerRequest> otherPaths;

    private @Nullable HttpServer server;
    private @Nullable Deadlines deadlines;
    private @Nullable Upstream upstream;

    /** @param otherPaths serves what is not the API's, or null to answer that there is no such path */
    public GatewayServer(
            ServerSettings settings,
            RequestPipeline.Parts parts,
            Lane lane,
            RequestIds ids,
            InFlight inFlight,
            @Nullable Handler<HttpServerRequest> otherPaths) {
        this.settings = settings;
        this.parts = parts;
        this.lane = lane;
        this.ids = ids;
        this.inFlight = inFlight;
        this.otherPaths = otherPaths;
    }

    @Override
    public void start(Promise<Void> started) {
        Deadlines loopDeadlines = new Deadlines(vertx, System::nanoTime);
        Upstream loopUpstream = new Upstream(
                vertx, parts.upstreamSettings(), parts.guardedHosts(), parts.upstreamCounts(), parts.accountHealths());
        deadlines = loopDeadlines;
        upstream = loopUpstream;
        Pipeline pipeline = RequestPipeline.of(
                parts,
                new RequestPipeline.Loop(
                        context,
                        lane,
                        new BodyReader(vertx, settings.bodyBytesMax(), settings.bodyPatience()),
                        loopUpstream,
                        new ModelLists(loopUpstream, parts.accounts(), System::nanoTime)));
        Connections connections = new Connections(loopDeadlines, settings.keepAlive());
        server = vertx.createHttpServer(options())
                .connectionHandler(connections::opened)
                .invalidRequestHandler(request -> refuseInvalid(request, connections))
                .requestHandler(request -> handle(request, pipeline, connections, loopDeadlines));
        server.listen()
                .<Void>map(listening -> {
                    new FirstHeads(
                            vertx, listening.actualPort(), settings.keepAlive(), connections::isOpen, System::nanoTime);
                    return null;
                })
                .onComplete(started);
    }

    /** The port that is listened on. */
    public int port() {
        return server == null ? settings.port() : server.actualPort();
    }

    /**
     * Closes the connections to clients. Of servers that share a port the last one closes those of all, so that each must
     * be asked before {@link #cutOffProviders}.
     */
    public Future<Void> cutOffClients() {
        Promise<Void> noticed = Promise.promise();
        Future<Void> closed = server == null ? Future.succeededFuture() : server.close();
        closed.onComplete(_ -> context.runOnContext(_ -> noticed.complete())); // after the requests were told
        return noticed.future();
    }

    /** Closes the connections to providers. */
    public Future<Void> cutOffProviders() {
        return upstream == null ? Future.succeededFuture() : upstream.close();
    }

    @Override
    public void stop(Promise<Void> stopped) {
        if (deadlines != null) {
            deadlines.stop();
        }
        Future<Void> closed = upstream == null ? Future.succeededFuture() : upstream.close();
        closed.onComplete(stopped);
    }

    private void handle(
            HttpServerRequest request, Pipeline pipeline, Connections connections, Deadlines loopDeadlines) {
        if (isFramedUnclearly(request)) {
            refuseInvalid(request, connections);
            return;
        }
        String path = request.path();
        boolean plain = path != null && request.uri().startsWith("/");
        if (path != null && plain && otherPaths != null && !ApiPath.isMeant(path)) {
            otherPaths.handle(request);
            return;
        }
        if (!inFlight.tryBegin()) {
            refuse(request, new Problem(ProblemCode.NOT_READY, "Tollgate is stopping; try again in a moment."));
            return;
        }
        HttpConnection connection = request.connection();
        if (!connections.requestBegan(connection)) {
            inFlight.end();
            return;
        }
        HttpServerResponse response = request.response();
        long started = System.nanoTime();
        Exchange exchange;
        try {
            if (path == null || !plain) {
                throw new Problem(ProblemCode.INVALID_PATH, "The request target is not a path (expected: /v1/…).");
            }
            refuseLoop(request);
            ApiPath apiPath = ApiPath.of(request.method().name(), path);
            exchange = new Exchange(ids.next(), started, request, apiPath, loopDeadlines);
        } catch (Problem problem) {
            refuse(request, problem);
            inFlight.end();
            connections.requestEnded(connection);
            return;
        }
        response.closeHandler(_ -> exchange.clientGone());
        response.exceptionHandler(_ -> exchange.clientGone());
        pipeline.handle(exchange).onComplete(result -> {
            Reply reply = result.succeeded()
                    ? result.result()
                    : AnswerProblems.answer(new Problem(ProblemCode.INTERNAL_ERROR, "Tollgate failed."));
            boolean last = closes(reply) && request.version() != HttpVersion.HTTP_2;
            Future<?> finished = write(exchange, reply, last);
            finished.onComplete(_ -> {
                inFlight.end();
                connections.requestEnded(connection);
                if (last) {
                    connections.finish(connection);
                }
            });
        });
    }

    /** Completes when the reply is out of Tollgate's hands, also where writing it fails. */
    private static Future<?> write(Exchange exchange, Reply reply, boolean last) {
        try {
            ReplyWriter.write(exchange, reply, last);
            return reply instanceof Reply.Relayed relayed ? relayed.flow().sent() : Future.succeededFuture();
        } catch (RuntimeException e) {
            LOG.errorf(e, "The reply to %s can't be written", exchange.id());
            exchange.clientGone();
            exchange.request().response().reset();
            return Future.succeededFuture();
        }
    }

    /** A body that was not read to its end would be taken for the next request. */
    private boolean closes(Reply reply) {
        return inFlight.isDraining()
                || reply.status() == ProblemCode.REQUEST_TOO_LARGE.status()
                || reply.status() == ProblemCode.REQUEST_TIMEOUT.status();
    }

    private void refuseLoop(HttpServerRequest request) {
        String via = request.getHeader(VIA);
        if (via != null && via.contains(parts.instanceId())) {
            throw new Problem(
                    ProblemCode.LOOP_DETECTED,
                    "This request came back to the Tollgate that sent it: a provider's base URL points at Tollgate itself.");
        }
    }

    private static void refuse(HttpServerRequest request, Problem problem) {
        Reply.Whole answer = (Reply.Whole) AnswerProblems.answer(problem);
        HttpServerResponse response = request.response();
        response.setStatusCode(answer.status());
        response.headers().addAll(answer.headers());
        response.end(answer.body());
    }

    /** With any other coding than {@code chunked} the body would be taken for empty, and its bytes for the next request. */
    private static boolean isFramedUnclearly(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return !codings.isEmpty() && (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked"));
    }

    /** What is not HTTP is answered once, and the connection is not used again. */
    private static void refuseInvalid(HttpServerRequest request, Connections connections) {
        HttpConnection connection = request.connection();
        if (!connections.requestBegan(connection)) {
            return;
        }
        Throwable cause = request.decoderResult().cause();
        boolean tooLong = cause instanceof TooLongFrameException;
        String message = tooLong
                ? "The request line or the headers are too long (expected: at most " + REQUEST_LINE_BYTES_MAX + " and "
                        + HEADER_BYTES_MAX + " bytes)."
                : "The request is not valid HTTP.";
        HttpServerResponse response = request.response();
        Reply.Whole answer = (Reply.Whole) AnswerProblems.answer(new Problem(ProblemCode.INVALID_VALUE, message));
        response.setStatusCode(tooLong ? 431 : 400);
        response.headers().addAll(answer.headers());
        response.putHeader("connection", "close");
        response.end(answer.body()).onComplete(_ -> connections.requestEnded(connection));
        connections.finish(connection);
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(settings.host())
                .setPort(settings.port())
                .setTcpNoDelay(true)
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
                .setMaxChunkSize(CHUNK_BYTES_MAX)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(HTTP2_STREAMS_MAX))
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setTracingPolicy(TracingPolicy.IGNORE);
        settings.tls()
                .ifPresent(tls -> options.setSsl(true)
                        .setUseAlpn(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .addCertPath(tls.certificateFile())
                                .addKeyPath(tls.keyFile())));
        return options;
    }
}
