package dev.tollgate.platform;

import static java.util.Objects.requireNonNull;

import dev.tollgate.alerts.Backoff;
import dev.tollgate.alerts.ChannelCourier;
import dev.tollgate.alerts.Courier;
import dev.tollgate.alerts.Dispatcher;
import dev.tollgate.alerts.MailServer;
import dev.tollgate.alerts.Receivers;
import dev.tollgate.alerts.WebPost;
import dev.tollgate.alerts.pg.PgAlerts;
import dev.tollgate.alerts.pg.PgChannels;
import dev.tollgate.alerts.pg.PgDeliveries;
import dev.tollgate.feed.pg.WakeUp;
import dev.tollgate.net.AddressRules;
import dev.tollgate.net.Destinations;
import dev.tollgate.net.Network;
import dev.tollgate.provider.TrustedAuthorities;
import dev.tollgate.vault.Vault;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Delivers alerts: looks for what waits when one is raised, every five seconds, and when an attempt is due again; and
 * forgets what is old.
 */
@Singleton
final class Alerts {
    private static final Logger LOG = Logger.getLogger(Alerts.class);
    private static final long POLL_MILLIS = 5_000;
    private static final int NAME_THREADS = 4;
    private static final long FORGET_MILLIS = 6L * 60 * 60 * 1_000;

    /** Longer than any window of a budget but the total, because what is forgotten may be raised again. */
    private static final Duration KEPT = Duration.ofDays(400);

    private final TollgateConfig config;
    private final Vertx vertx;
    private final Pool pool;
    private final Vault vault;
    private final PgAlerts alerts;
    private final Instance<Courier> courier;
    private final RandomGenerator random;
    private final InstantSource clock;
    private final MeterRegistry metrics;
    private @Nullable Dispatcher dispatcher;
    private @Nullable WakeUp wakeUp;

    Alerts(
            TollgateConfig config,
            Vertx vertx,
            Pool pool,
            Vault vault,
            PgAlerts alerts,
            Instance<Courier> courier,
            RandomGenerator random,
            InstantSource clock,
            MeterRegistry metrics) {
        this.config = config;
        this.vertx = vertx;
        this.pool = pool;
        this.vault = vault;
        this.alerts = alerts;
        this.courier = courier;
        this.random = random;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Reads the settings; one that is wrong is a {@link StartFailure}. */
    void prepare() {
        Parts.trusted(config);
        Dispatcher sender = new Dispatcher(
                new PgDeliveries(pool, vault),
                courier.get(),
                backoff(),
                (wait, then) -> vertx.setTimer(Math.max(1, wait.toMillis()), _ -> then.run()));
        count(sender);
        wakeUp = new WakeUp(pool, "tollgate_alert", sender::wake);
        dispatcher = sender;
    }

    /** Begins to deliver; the database is migrated. */
    void start() {
        look();
        vertx.setPeriodic(POLL_MILLIS, _ -> look());
        forget();
        vertx.setPeriodic(FORGET_MILLIS, _ -> forget());
    }

    /** Takes no more, and completes when what is under way has ended. */
    Future<Void> stop() {
        return dispatcher == null
                ? Future.succeededFuture()
                : dispatcher.stop().eventually(requireNonNull(wakeUp)::close);
    }

    private void look() {
        requireNonNull(wakeUp).listen();
        requireNonNull(dispatcher).wake();
    }

    private void forget() {
        alerts.forget(clock.instant().minus(KEPT))
                .onFailure(failure -> LOG.warnf("Old alerts can't be forgotten at present: %s", failure.getMessage()));
    }

    private Backoff backoff() {
        try {
            return new Backoff(config.alertRetryDelay(), random);
        } catch (IllegalArgumentException e) {
            throw new StartFailure("TOLLGATE_ALERT_RETRY_DELAY: " + e.getMessage());
        }
    }

    private void count(Dispatcher sender) {
        FunctionCounter.builder("tollgate.alerts.delivered", sender, Dispatcher::deliveredCount)
                .description("Deliveries of alerts that have arrived")
                .register(metrics);
        FunctionCounter.builder("tollgate.alerts.failed", sender, Dispatcher::failedCount)
                .description("Attempts to deliver alerts that have failed")
                .register(metrics);
        FunctionCounter.builder("tollgate.alerts.dead", sender, Dispatcher::deadCount)
                .description("Deliveries of alerts that were given up")
                .register(metrics);
    }

    /** What administration has in common with it. */
    static final class Parts {
        @Produces
        @Singleton
        PgChannels channels(Pool pool, Vault vault) {
            return new PgChannels(pool, vault);
        }

        @Produces
        @Singleton
        PgAlerts alerts(Pool pool) {
            return new PgAlerts(pool);
        }

        /** Names are asked of the system's resolver, which waits, on threads that nobody else needs. */
        @Produces
        @Singleton
        Destinations destinations(TollgateConfig config, Vertx vertx) {
            WorkerExecutor names = vertx.createSharedWorkerExecutor("names", NAME_THREADS);
            return new Destinations(
                    new AddressRules(trustedOrNone(config)),
                    host -> names.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), /* ordered= */ false));
        }

        @Produces
        @Singleton
        Receivers receivers(Destinations destinations) {
            return new Receivers(destinations);
        }

        @Produces
        @Singleton
        Courier courier(TollgateConfig config, Vertx vertx, Receivers receivers, MailServer mail, InstantSource clock) {
            HttpClientOptions options = WebPost.options();
            config.trustedCertificates().ifPresent(file -> options.setTrustOptions(TrustedAuthorities.systemAnd(file)));
            return new ChannelCourier(new WebPost(vertx.createHttpClient(options), receivers, clock), mail, clock);
        }

        /** Of networks that are set wrongly {@link #prepare} tells. */
        private static List<Network> trustedOrNone(TollgateConfig config) {
            try {
                return trusted(config);
            } catch (StartFailure _) {
                return List.of();
            }
        }

        static List<Network> trusted(TollgateConfig config) {
            try {
                return config.trustedNetworks().map(text -> text.split(",")).stream()
                        .flatMap(Stream::of)
                        .map(Network::parse)
                        .toList();
            } catch (IllegalArgumentException e) {
                throw new StartFailure("TOLLGATE_TRUSTED_NETWORKS: " + e.getMessage());
            }
        }
    }
}
