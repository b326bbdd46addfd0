package dev.tollgate.platform;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.access.AdminToken;
import dev.tollgate.admin.RootToken;
import dev.tollgate.admin.privacy.EndUserHashes;
import dev.tollgate.gateway.KeepLedger;
import dev.tollgate.gateway.RequestPipeline;
import dev.tollgate.gateway.edge.GatewayServer;
import dev.tollgate.gateway.edge.InFlight;
import dev.tollgate.gateway.edge.ServerSettings;
import dev.tollgate.kernel.RequestIds;
import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.LedgerWriter;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.Lane;
import dev.tollgate.ledger.pg.PgEndUsers;
import dev.tollgate.ledger.pg.PgLedger;
import dev.tollgate.ledger.pg.PgReplica;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.pg.PgShares;
import dev.tollgate.limits.budget.pg.PgStandings;
import dev.tollgate.limits.budget.pg.PgWindows;
import dev.tollgate.limits.pg.RuleFeed;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.ownership.RememberedOwners;
import dev.tollgate.ownership.pg.PgObjectOwners;
import dev.tollgate.platform.demo.Places;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.GuardedHosts;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.provider.UpstreamCounts;
import dev.tollgate.provider.pg.AccountFeed;
import dev.tollgate.provider.simulated.SimulatedProvider;
import dev.tollgate.rating.DryRun;
import dev.tollgate.rating.pg.PriceFeed;
import dev.tollgate.reports.pg.PgUsage;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.Catalogue;
import dev.tollgate.routing.RetryBudget;
import dev.tollgate.routing.Router;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.pg.RouteFeed;
import dev.tollgate.settings.SettingsInForce;
import dev.tollgate.settings.pg.SettingsFeed;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.KeyUses;
import dev.tollgate.tenancy.Tenants;
import dev.tollgate.tenancy.pg.PgCallers;
import dev.tollgate.tenancy.pg.PgKeyUses;
import dev.tollgate.tenancy.pg.PgTenancy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The composition root: puts the parts together, starts them in order and stops them in order. */
@Singleton
final class Tollgate {
    private static final Logger LOG = Logger.getLogger(Tollgate.class);
    private static final Duration LAST_REQUESTS_PATIENCE = Duration.ofSeconds(1);
    private static final Duration FLUSH_PATIENCE = Duration.ofSeconds(20);
    private static final int END_USER_SECRET_MIN = 16;

    /** To Vert.x, servers that listen on the same negative port share a port that it chooses. */
    private static final int SHARED_FREE_PORT = -1;

    private final TollgateConfig config;
    private final Vertx vertx;
    private final Pool pool;
    private final Tenants tenants;
    private final PricesInForce prices;
    private final Volumes volumes;
    private final Following following;
    private final RulesInForce rules;
    private final RuleFeed ruleFeed;
    private final Instance<Redis> redis;
    private final Optional<String> redisHosts;
    private final RoutesInForce routes;
    private final AccountPlaces places;
    private final DeclaredRoutes declaredRoutes;
    private final RequestPipeline.Caching caching;
    private final SettingsInForce settings;
    private final PgUsage usage;
    private final RootToken rootToken;
    private final EndUserHashes endUserHashes;
    private final Alerts alerts;
    private final VaultKeeper vaultKeeper;
    private final ProviderCatalog catalog;
    private final Accounts accounts;
    private final GuardedHosts guardedHosts;
    private final AccountHealths accountHealths;
    private final AccountFeed accountFeed;
    private final AccountWatch accountWatch;
    private final MeterRegistry metrics;
    private final OpenTelemetry openTelemetry;
    private final Flyway flyway;
    private final boolean embedded;
    private final boolean tracing;
    private final boolean demo;

    private final Clock clock = Clock.systemUTC();
    private final SecureRandom random = new SecureRandom();
    private final InFlight inFlight = new InFlight();
    private final UpstreamCounts upstreamCounts = new UpstreamCounts();
    private final List<GatewayServer> servers = new ArrayList<>();
    private @Nullable Journal journal;
    private @Nullable LedgerWriter ledger;
    private @Nullable PgLedger ledgerStore;
    private @Nullable Tenancy tenancy;
    private @Nullable Budgets budgets;
    private @Nullable Limits limits;
    private @Nullable Rates rates;
    private @Nullable SimulatedProvider simulated;

    Tollgate(
            TollgateConfig config,
            Vertx vertx,
            Pool pool,
            Tenants tenants,
            PgCallers callers,
            PricesInForce prices,
            PriceFeed priceFeed,
            RulesInForce rules,
            RuleFeed ruleFeed,
            Instance<Redis> redis,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<String> redisHosts,
            RoutesInForce routes,
            RouteFeed routeFeed,
            AccountPlaces places,
            Catalogue catalogue,
            RequestPipeline.Caching caching,
            SettingsInForce settingsInForce,
            SettingsFeed settingsFeed,
            PgUsage usage,
            RootToken rootToken,
            EndUserHashes endUserHashes,
            Alerts alerts,
            VaultKeeper vaultKeeper,
            ProviderCatalog catalog,
            Accounts accounts,
            GuardedHosts guardedHosts,
            AccountHealths accountHealths,
            AccountFeed accountFeed,
            AccountWatch accountWatch,
            MeterRegistry metrics,
            OpenTelemetry openTelemetry,
            Flyway flyway,
            @ConfigProperty(name = Launch.EMBEDDED, defaultValue = "false") boolean embedded,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean tracingDisabled,
            @ConfigProperty(name = Demo.PROPERTY, defaultValue = "false") boolean demo) {
        this.config = config;
        this.vertx = vertx;
        this.pool = pool;
        this.tenants = tenants;
        this.prices = prices;
        this.volumes = new Volumes(vertx, priceFeed);
        this.following =
                new Following(vertx, pool, List.of(ruleFeed, priceFeed, settingsFeed, accountFeed, routeFeed), callers);
        this.rules = rules;
        this.ruleFeed = ruleFeed;
        this.redis = redis;
        this.redisHosts = redisHosts;
        this.routes = routes;
        this.caching = caching;
        this.places = places;
        this.declaredRoutes = new DeclaredRoutes(vertx, routes, catalogue);
        this.settings = settingsInForce;
        this.usage = usage;
        this.rootToken = rootToken;
        this.endUserHashes = endUserHashes;
        this.alerts = alerts;
        this.vaultKeeper = vaultKeeper;
        this.catalog = catalog;
        this.accounts = accounts;
        this.guardedHosts = guardedHosts;
        this.accountHealths = accountHealths;
        this.accountFeed = accountFeed;
        this.accountWatch = accountWatch;
        this.metrics = metrics;
        this.openTelemetry = openTelemetry;
        this.flyway = flyway;
        this.embedded = embedded;
        this.tracing = !tracingDisabled;
        this.demo = demo;
    }

    /** Whether requests are no longer welcome. */
    boolean isStopping() {
        return inFlight.isDraining();
    }

    void start(@Observes StartupEvent event) {
        try {
            start();
        } catch (StartFailure e) {
            giveUp(String.valueOf(e.getMessage()));
        }
    }

    private void start() {
        Secrets secrets = new Secrets(Path.of(config.data()));
        rootToken.set(adminToken(secrets));
        TollgateYaml yaml =
                config.config().map(Path::of).map(TollgateYaml::read).orElse(TollgateYaml.NONE);
        Prices.begin(prices, yaml);
        Map<String, String> environment = System.getenv();
        List<Account> fromEnvironment = Providers.accounts(catalog, environment, null);
        Providers.refuseSelf(catalog, fromEnvironment, config.port());
        if (demo) {
            Demo.refuseRealMoney(catalog, fromEnvironment);
        }
        boolean simulates = simulates(fromEnvironment);
        MasterKeys.find(config, embedded, random);
        alerts.prepare();

        Journal entries = JournalConfig.open(config, clock);
        journal = entries;
        PgReplica replica = new PgReplica(pool, entries.id());
        PgLedger ledgerStore = new PgLedger(pool, replica, entries.commits());
        LedgerWriter writer = new LedgerWriter(
                vertx, entries, ledgerStore, clock, config.ledgerInterval().toMillis());
        ledger = writer;
        this.ledgerStore = ledgerStore;
        watch(writer, entries);
        EndUsers endUsers = new EndUsers(endUserSecret(secrets).getBytes(UTF_8), new PgEndUsers(pool));
        endUserHashes.computeBy(endUsers::compute);
        PgTenancy tenancyStore = new PgTenancy(pool, random);
        KeyUses uses = new KeyUses();
        LedgerUpkeep upkeep = new LedgerUpkeep(vertx, ledgerStore, endUsers, config.ledgerRetention(), clock);
        Tenancy follower = new Tenancy(vertx, flyway, tenancyStore, upkeep, new PgKeyUses(pool, uses));
        tenancy = follower;
        Prices.ceiling(config); // told here where it is set wrongly
        PgShares shares = new PgShares(pool, BudgetConfig.STORE_PATIENCE);
        Budgets held = BudgetConfig.budgets(config, vertx, shares, replica, clock);
        budgets = held;
        String instance = ApiKey.newPublicId(random);
        Rates shared = Rates.of(config, vertx, pool, redisHosts.isPresent() ? redis.get() : null, instance, metrics);
        rates = shared;
        Limits upheld = new Limits(vertx, pool, ruleFeed, rules, held, shares, replica, entries);
        limits = upheld;
        BudgetUpkeep budgetUpkeep = new BudgetUpkeep(new PgWindows(pool), config.budgetRetention(), clock, metrics);
        writer.onCommitsLost(upheld::commitsLost);
        RequestPipeline.Parts parts = new RequestPipeline.Parts(
                tenants,
                uses,
                settings,
                new DryRun(prices),
                accounts,
                routing(),
                new RememberedOwners(new PgObjectOwners(pool), vertx),
                entries,
                writer,
                endUsers,
                BudgetConfig.spending(config, rules, shared.limits(), held, new PgStandings(pool)::of),
                caching,
                observers(upheld),
                usage::ask,
                UpstreamConfig.of(config),
                guardedHosts,
                upstreamCounts,
                accountHealths,
                Sharing.callsInFlight(config, metrics),
                clock,
                config.unmetered() == TollgateConfig.Unmetered.ALLOW,
                config.wholeAnswerBytesMax(),
                instance);

        listen(parts)
                .recover(failure -> Future.failedFuture(cannotListen(failure)))
                .compose(_ -> vertx.deployVerticle(onLoopOfItsOwn(writer)))
                .compose(_ -> simulates ? startSimulated() : Future.succeededFuture(List.<Account>of()))
                .compose(simulatedAccounts -> follower.prepare().compose(found -> {
                    List<Account> all = new ArrayList<>(Providers.accounts(catalog, environment, owner(found)));
                    all.addAll(simulatedAccounts);
                    accounts.replace(all);
                    found.firstKey().ifPresent(key -> secrets.put(Secrets.KEY, key.reveal()));
                    return following
                            .read()
                            .compose(_ -> volumes.follow())
                            .compose(_ -> declaredRoutes.follow(
                                    config.config().map(Path::of).orElse(null)))
                            .compose(_ -> following.letIn())
                            .onSuccess(_ -> upheld.start())
                            .onSuccess(_ -> accountFeed.keepTokens())
                            .onSuccess(_ -> follower.keep())
                            .onSuccess(_ -> budgetUpkeep.repeat(vertx))
                            .onSuccess(_ -> alerts.start())
                            .onSuccess(_ -> vaultKeeper.start())
                            .onSuccess(_ -> welcome(all, found.firstKey(), secrets));
                }))
                .onFailure(failure -> giveUp(reason(failure)));
    }

    private RequestPipeline.Routing routing() {
        return new RequestPipeline.Routing(
                routes,
                places,
                new Router(() -> ThreadLocalRandom.current().nextLong()),
                new RetryBudget(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private String adminToken(Secrets secrets) {
        String given = config.adminToken().orElse(null);
        String kept = given != null ? given : secrets.get(Secrets.ADMIN_TOKEN);
        if (kept != null) {
            return kept;
        }
        String made = AdminToken.generate(random).reveal();
        secrets.put(Secrets.ADMIN_TOKEN, made);
        return made;
    }

    private String endUserSecret(Secrets secrets) {
        String given = config.endUserSecret().orElse(null);
        if (given != null && given.length() < END_USER_SECRET_MIN) {
            throw new StartFailure("TOLLGATE_END_USER_SECRET is too short (expected: at least " + END_USER_SECRET_MIN
                    + " characters).");
        }
        String kept = given != null ? given : secrets.get(Secrets.END_USER_SECRET);
        if (kept != null) {
            return kept;
        }
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String made = HexFormat.of().formatHex(bytes);
        try {
            secrets.put(Secrets.END_USER_SECRET, made);
        } catch (UncheckedIOException e) {
            LOG.warnf("End users have other hashes after a restart, because %s can't be written", secrets.file());
        }
        return made;
    }

    /** Simulated answers are for trying Tollgate out; nobody shall get them by having forgotten a key. */
    private boolean simulates(List<Account> fromEnvironment) {
        boolean simulates = config.simulated().orElse(embedded && fromEnvironment.isEmpty());
        if (!simulates && fromEnvironment.isEmpty() && config.simulated().isEmpty()) {
            throw new StartFailure("No provider is configured. Set OPENAI_API_KEY (or another provider's key), or"
                    + " TOLLGATE_SIMULATED=true for made-up answers, or TOLLGATE_SIMULATED=false to have accounts in the"
                    + " database alone.");
        }
        return simulates;
    }

    private @Nullable String owner(Tenancy.Found found) {
        TollgateConfig.AccountOwner byDefault =
                embedded ? TollgateConfig.AccountOwner.FIRST : TollgateConfig.AccountOwner.PLATFORM;
        return config.accountOwner().orElse(byDefault) == TollgateConfig.AccountOwner.FIRST
                ? found.firstOrganizationId()
                : null;
    }

    private Future<List<Account>> startSimulated() {
        return SimulatedProvider.start(vertx, /* port= */ 0, clock).map(provider -> {
            simulated = provider;
            return List.of(new Account(
                    "simulated",
                    "openai", // it charges OpenAI's prices
                    BaseUrl.parse(provider.baseUrl()),
                    SimulatedProvider.API_KEY,
                    /* organizationId= */ null,
                    /* simulated= */ true));
        });
    }

    private KeepLedger.Observer observers(Limits upheld) {
        List<KeepLedger.Observer> observers = new ArrayList<>();
        observers.add(new GatewayMetrics(metrics));
        observers.add((entry, _) -> upheld.booked(entry));
        observers.add((entry, _) -> accountWatch.booked(entry));
        if (config.accessLog()) {
            observers.add(new AccessLog());
        }
        if (tracing) {
            observers.add(new Tracing(openTelemetry));
        }
        List<KeepLedger.Observer> all = List.copyOf(observers);
        return (entry, traceParent) -> all.forEach(observer -> observer.booked(entry, traceParent));
    }

    private void watch(LedgerWriter writer, Journal entries) {
        Gauge.builder("tollgate.requests.in.flight", inFlight, InFlight::count)
                .description("Requests under way")
                .register(metrics);
        Gauge.builder("tollgate.upstream.connections", upstreamCounts, UpstreamCounts::connections)
                .description("Open connections to providers")
                .register(metrics);
        Gauge.builder("tollgate.upstream.waiting", upstreamCounts, UpstreamCounts::waiting)
                .description("Requests that wait for a connection to a provider")
                .register(metrics);
        Gauge.builder("tollgate.ledger.waiting", writer, LedgerWriter::waitingCount)
                .description("Ledger entries that are not in the database yet")
                .register(metrics);
        Gauge.builder("tollgate.ledger.failing", writer, ledger -> ledger.isFailing() ? 1 : 0)
                .description("1 while the ledger can't be written")
                .register(metrics);
        Gauge.builder("tollgate.ledger.quarantined", writer, LedgerWriter::quarantinedCount)
                .description("Ledger entries that the database did not take")
                .register(metrics);
        Gauge.builder(
                        "tollgate.rules.silence",
                        rules.hearing(),
                        hearing -> hearing.silence().toMillis() / 1e3)
                .baseUnit("seconds")
                .description("Seconds since the rules in force, stops among them, were known to be all there are")
                .register(metrics);
        JournalConfig.watch(entries, metrics);
    }

    /** One server for each processor; they share the port. */
    private Future<Void> listen(RequestPipeline.Parts parts) {
        int port = config.port() == 0 ? SHARED_FREE_PORT : config.port();
        List<Future<String>> deployed = new ArrayList<>();
        for (Lane lane : parts.journal().lanes()) {
            deployed.add(vertx.deployVerticle(server(port, parts, lane), new DeploymentOptions()));
        }
        return Future.all(deployed).mapEmpty();
    }

    /** Deployed after the servers, so that batches are made on another event loop than theirs as long as there is one. */
    private static Verticle onLoopOfItsOwn(LedgerWriter writer) {
        return new AbstractVerticle() {
            @Override
            public void start() {
                writer.start();
            }
        };
    }

    private GatewayServer server(int port, RequestPipeline.Parts parts, Lane lane) {
        ServerSettings settings = new ServerSettings(
                config.host(),
                port,
                config.bodyBytesMax(),
                config.bodyPatience(),
                config.keepAlive(),
                config.tlsCertificate()
                        .map(certificate -> new ServerSettings.Tls(
                                certificate,
                                config.tlsKey()
                                        .orElseThrow(() -> new StartFailure(
                                                "TOLLGATE_TLS_CERTIFICATE needs TOLLGATE_TLS_KEY beside it.")))));
        GatewayServer server = new GatewayServer(
                settings,
                parts,
                lane,
                new RequestIds(clock, () -> ThreadLocalRandom.current().nextLong()),
                inFlight,
                config.adminPort().isPresent() ? null : VertxHttpRecorder.getRootHandler());
        servers.add(server);
        return server;
    }

    private void welcome(List<Account> accounts, Optional<ApiKey> firstKey, Secrets secrets) {
        String scheme = config.tlsCertificate().isPresent() ? "https" : "http";
        String host = config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host();
        int port = servers.getFirst().port();
        String root = scheme + "://" + host + ":" + port;
        String admin = config.adminPort().isPresent()
                ? "http://" + host + ":" + config.adminPort().getAsInt()
                : root;
        System.out.print(Welcome.text(
                root + "/v1",
                admin,
                accounts,
                firstKey.map(ApiKey::reveal).orElse(null),
                secrets.get(Secrets.KEY) == null ? null : secrets.file()));
        System.out.flush();
        if (demo) {
            Places places = new Places(root + "/v1", admin, secrets.file().toString());
            Demo.start(vertx, new PgTenancy(pool, random), places);
        }
    }

    void stop(@Observes ShutdownEvent event) {
        if (tenancy != null) {
            tenancy.stop();
        }
        following.stop();
        volumes.stop();
        if (limits != null) {
            limits.stop();
        }
        if (rates != null) {
            rates.stop();
        }
        Future<Void> alertsSent = alerts.stop();
        declaredRoutes.stop();
        Future<Void> drained = inFlight.drain();
        if (inFlight.count() > 0) {
            LOG.infof("%d requests are under way and have %s to end", inFlight.count(), config.shutdownGrace());
        }
        if (!await(drained, config.shutdownGrace())) {
            LOG.warnf("%d requests were cut off", inFlight.count());
            // Clients first, so that their requests end as cancelled; either way they are booked.
            await(ofAll(GatewayServer::cutOffClients), LAST_REQUESTS_PATIENCE);
            await(ofAll(GatewayServer::cutOffProviders), LAST_REQUESTS_PATIENCE);
        }
        await(inFlight.close(), LAST_REQUESTS_PATIENCE);
        if (ledger != null && !await(ledger.flushAndStop(), FLUSH_PATIENCE)) {
            LOG.warnf(
                    "%d ledger entries could not be written; they are in the journal for the next start",
                    ledger.waitingCount());
        }
        if (budgets != null) {
            await(budgets.giveBackAll(), LAST_REQUESTS_PATIENCE);
        }
        if (journal != null) {
            journal.close();
        }
        if (tenancy != null) {
            await(tenancy.storeUses(), LAST_REQUESTS_PATIENCE);
        }
        if (ledgerStore != null) {
            await(ledgerStore.close(), LAST_REQUESTS_PATIENCE);
        }
        await(alertsSent, LAST_REQUESTS_PATIENCE);
        if (simulated != null) {
            await(simulated.close(), FLUSH_PATIENCE);
        }
    }

    private Future<?> ofAll(Function<GatewayServer, Future<Void>> step) {
        return Future.join(servers.stream().map(step).toList());
    }

    private static boolean await(Future<?> future, Duration patience) {
        try {
            future.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private StartFailure cannotListen(Throwable failure) {
        return new StartFailure("Port " + config.port() + " of " + config.host()
                + " can't be listened on: " + failure.getMessage()
                + ". Stop the program that has it, or set TOLLGATE_PORT to another one.");
    }

    private static String reason(Throwable failure) {
        if (!(failure instanceof StartFailure)) {
            LOG.error("Tollgate can't start", failure);
        }
        return String.valueOf(failure.getMessage());
    }

    private static void giveUp(String reason) {
        System.err.println("tollgate: " + reason);
        Quarkus.asyncExit(1);
    }
}
