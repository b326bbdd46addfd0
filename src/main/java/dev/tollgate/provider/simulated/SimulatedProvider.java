package dev.tollgate.provider.simulated;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Clock;

/**
 * A provider that behaves like OpenAI's API and makes its answers up: deterministic, quick, obviously simulated. It is
 * a real HTTP/1.1 server on loopback and is only ever spoken to over HTTP, so that nothing can tell it from a provider far
 * away. It keeps its own exact count of what it billed ({@link #charges}).
 *
 * <p>A request asks for delays and faults by headers; {@code docs/simulated-provider.md} says what each one does:
 *
 * <ul>
 *   <li>{@code x-simulate-latency-ms}: wait before the first byte; {@code x-simulate-chunk-ms}: between stream chunks
 *   <li>{@code x-simulate-words}: the length of the answer, in words of one token each, at most 100,000
 *   <li>{@code x-simulate-tool-calls}: how often a response uses the provider's tools that it is offered
 *   <li>{@code x-simulate-service-tier}: the tier that the answer says it was served in
 *   <li>{@code x-simulate-tag}: a name under which the charges are also counted
 *   <li>{@code x-simulate-fault}: one or more {@link Fault}s, or {@code status-NNN}, separated by commas
 *   <li>{@code x-simulate-fault-model}: the faults are only for requests for this model
 *   <li>{@code x-simulate-fault-times}: only the first so many requests with this tag have the faults
 *   <li>{@code x-simulate-after}: how many chunks go out before a fault in the middle of a stream, 5 if absent
 * </ul>
 *
 * <p>Everything runs on the one event loop that the server was started with. Bodies are bounded to 64 MiB, what is
 * stored to 10,000 objects and 64 MiB.
 */
public final class SimulatedProvider {
    /** The one key that is accepted. */
    public static final String API_KEY = "sk-simulated";

    private static final String HOST = "127.0.0.1";

    private final HttpServer server;
    private final ChargeBook charges;

    private SimulatedProvider(HttpServer server, ChargeBook charges) {
        this.server = server;
        this.charges = charges;
    }

    /**
     * Starts on loopback. The future fails where the port is taken.
     *
     * @param port 0 for any free one
     * @param clock for {@code created} and for the seed of ids
     */
    public static Future<SimulatedProvider> start(Vertx vertx, int port, Clock clock) {
        ChargeBook charges = new ChargeBook();
        Ids ids = new Ids(clock.millis());
        Routes routes = Endpoints.routes(clock, ids, charges);
        SimulatedServer simulated = new SimulatedServer(vertx, clock, ids, charges, routes);
        HttpServerOptions options = new HttpServerOptions()
                .setHost(HOST)
                .setPort(port)
                .setHttp2ClearTextEnabled(false)
                .setDecompressionSupported(true)
                .setHandle100ContinueAutomatically(true);
        return vertx.createHttpServer(options)
                .requestHandler(simulated::handle)
                .listen()
                .map(server -> new SimulatedProvider(server, charges));
    }

    /** What to set as OpenAI base URL: {@code http://127.0.0.1:PORT/v1}. */
    public String baseUrl() {
        return "http://" + HOST + ":" + server.actualPort() + "/v1";
    }

    /** What was billed until now. Safe to call from any thread. */
    public Charges charges() {
        return charges.snapshot();
    }

    /** Stops; connections that are open are closed. */
    public Future<Void> close() {
        return server.close();
    }
}
