package dev.tollgate.platform;

import dev.tollgate.gateway.RequestPipeline;
import dev.tollgate.gateway.edge.GatewayServer;
import dev.tollgate.gateway.edge.InFlight;
import dev.tollgate.gateway.edge.ServerSettings;
import dev.tollgate.kernel.RequestIds;
import dev.tollgate.ledger.journal.Lane;
import dev.tollgate.provider.UpstreamCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** The gateway's servers, one for each processor; they share the port. */
@Singleton
final class Serving {
    private static final Logger LOG = Logger.getLogger(Serving.class);

    /** To Vert.x, servers that listen on the same negative port share a port that it chooses. */
    private static final int SHARED_FREE_PORT = -1;

    private final TollgateConfig config;
    private final Vertx vertx;
    private final Instance<RequestPipeline.Parts> parts;
    private final InFlight inFlight;
    private final UpstreamCounts upstreamCounts;
    private final InstantSource clock;
    private final MeterRegistry metrics;
    private final List<GatewayServer> servers = new ArrayList<>();

    Serving(
            TollgateConfig config,
            Vertx vertx,
            Instance<RequestPipeline.Parts> parts,
            InFlight inFlight,
            UpstreamCounts upstreamCounts,
            InstantSource clock,
            MeterRegistry metrics) {
        this.config = config;
        this.vertx = vertx;
        this.parts = parts;
        this.inFlight = inFlight;
        this.upstreamCounts = upstreamCounts;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Listens; until keys are known, requests are told to come again. The ledger and spending are open. */
    Future<Void> start() {
        watch();
        RequestPipeline.Parts stages = parts.get();
        ServerSettings settings = settings();
        List<Future<String>> deployed = new ArrayList<>();
        for (Lane lane : stages.journal().lanes()) {
            GatewayServer server = server(settings, stages, lane);
            servers.add(server);
            deployed.add(vertx.deployVerticle(server));
        }
        return Future.all(deployed).<Void>mapEmpty().recover(failure -> Future.failedFuture(cannotListen(failure)));
    }

    /** The port that is listened on. */
    int port() {
        return servers.getFirst().port();
    }

    /** Lets requests end, cuts off those that take too long, and takes no more. */
    void stop() {
        Future<Void> drained = inFlight.drain();
        if (inFlight.count() > 0) {
            LOG.infof("%d requests are under way and have %s to end", inFlight.count(), config.shutdownGrace());
        }
        if (!new Patience(config.shutdownGrace()).await(drained)) {
            LOG.warnf("%d requests were cut off", inFlight.count());
            // Clients first, so that their requests end as cancelled; either way they are booked.
            Patience.BRIEF.await(ofAll(GatewayServer::cutOffClients));
            Patience.BRIEF.await(ofAll(GatewayServer::cutOffProviders));
        }
        Patience.BRIEF.await(inFlight.close());
    }

    private Future<?> ofAll(Function<GatewayServer, Future<Void>> step) {
        return Future.join(servers.stream().map(step).toList());
    }

    private GatewayServer server(ServerSettings settings, RequestPipeline.Parts stages, Lane lane) {
        return new GatewayServer(
                settings,
                stages,
                lane,
                new RequestIds(clock, () -> ThreadLocalRandom.current().nextLong()),
                inFlight,
                config.adminPort().isPresent() ? null : VertxHttpRecorder.getRootHandler());
    }

    private ServerSettings settings() {
        return new ServerSettings(
                config.host(),
                config.port() == 0 ? SHARED_FREE_PORT : config.port(),
                config.bodyBytesMax(),
                config.bodyPatience(),
                config.keepAlive(),
                config.tlsCertificate()
                        .map(certificate -> new ServerSettings.Tls(
                                certificate,
                                config.tlsKey()
                                        .orElseThrow(() -> new StartFailure(
                                                "TOLLGATE_TLS_CERTIFICATE needs TOLLGATE_TLS_KEY beside it.")))));
    }

    private StartFailure cannotListen(Throwable failure) {
        return new StartFailure("Port " + config.port() + " of " + config.host()
                + " can't be listened on: " + failure.getMessage()
                + ". Stop the program that has it, or set TOLLGATE_PORT to another one.");
    }

    private void watch() {
        Gauge.builder("tollgate.requests.in.flight", inFlight, InFlight::count)
                .description("Requests under way")
                .register(metrics);
        Gauge.builder("tollgate.upstream.connections", upstreamCounts, UpstreamCounts::connections)
                .description("Open connections to providers")
                .register(metrics);
        Gauge.builder("tollgate.upstream.waiting", upstreamCounts, UpstreamCounts::waiting)
                .description("Requests that wait for a connection to a provider")
                .register(metrics);
    }
}
