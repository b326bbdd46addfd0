package dev.tollgate.platform;

import static dev.tollgate.testkit.FakeUpstream.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.net.AddressRules;
import dev.tollgate.net.Destinations;
import dev.tollgate.net.Network;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.AnswerClass;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.EntraTokens;
import dev.tollgate.provider.GuardedHosts;
import dev.tollgate.provider.Probe;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.provider.Tenant;
import dev.tollgate.provider.Upstream;
import dev.tollgate.provider.UpstreamCounts;
import dev.tollgate.provider.UpstreamSettings;
import dev.tollgate.provider.pg.AccountFeed;
import dev.tollgate.provider.pg.PgAccounts;
import dev.tollgate.provider.pg.PgProviderHealth;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.FakeUpstream.Received;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.vault.MasterKey;
import dev.tollgate.vault.SealedColumn;
import dev.tollgate.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two replicas in one process check a provider that dies, stalls and returns, and move its customer's requests. */
class ProviderChecksIT {
    private static final Duration INTERVAL = Duration.ofMillis(300);
    private static final Tenant CUSTOMER = new Tenant("org_a", null);
    private static final String MODELS = json(200, "{\"data\":[]}");
    private static final String SECRET = "sk-of-the-customer-0123456789";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final FakeUpstream PROVIDER = FakeUpstream.start();
    private static final FakeUpstream PLATFORM = FakeUpstream.start();
    private static final Vertx VERTX = Vertx.vertx();
    private static final Vault VAULT = new Vault(List.of(MasterKey.of(new byte[32])));
    private static final Account PLATFORMS =
            new Account("openai", "openai", BaseUrl.parse(PLATFORM.baseUrl()), "sk-platform", null, false);

    private final Replica one = new Replica();
    private final Replica other = new Replica();

    @BeforeAll
    static void a_customers_account_that_the_platforms_may_stand_in_for() {
        Flyway.configure()
                .dataSource(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password())
                .load()
                .migrate();
        DATABASE.execute("insert into organization (id, name) values ('org_a', 'a')", """
                insert into provider_account (id, organization_id, name, provider, base_url, credential, credential_last4,
                                              credential_set_at, weight, models, regions, enabled, stand_in, version)
                values ('acc_own', 'org_a', 'Own', 'openai', '%s', '%s', '', now(), 1, '{}', '{}', true, true,
                        next_provider_account_version())
                """.formatted(
                        PROVIDER.baseUrl(),
                        VAULT.seal(new SealedColumn("provider_account", "credential").place("acc_own"), SECRET)));
    }

    @AfterEach
    void stop() {
        one.health.stop();
        other.health.stop();
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
        PLATFORM.close();
        await(VERTX.close());
    }

    @Test
    void its_owners_requests_go_over_the_platforms_account_while_it_is_down_and_back() {
        PROVIDER.answering(MODELS);
        PLATFORM.answering(MODELS);
        one.start();
        other.start();
        assertServedBy("acc_own");
        Await.until(
                "both were checked",
                () -> !PROVIDER.received().isEmpty() && !PLATFORM.received().isEmpty());
        Received check = PROVIDER.received().getFirst();
        assertThat(check.method() + " " + check.target()).isEqualTo("GET /v1/models");
        assertThat(check.header("authorization")).isEqualTo("Bearer " + SECRET);

        PROVIDER.answering((_, wire) -> wire.close());
        assertServedBy("openai");
        assertThat(state()).isEqualTo("down");

        PROVIDER.answering(MODELS);
        assertServedBy("acc_own");

        PROVIDER.answering((_, _) -> {}); // it stalls
        assertServedBy("openai");
        assertThat(DATABASE.value("select reason from provider_health where account_id = 'acc_own'"))
                .isIn("the provider does not answer in time", "the provider can't be reached");

        PROVIDER.answering(MODELS);
        assertServedBy("acc_own");

        PROVIDER.answering(json(401, "{}"));
        assertServedBy("openai");
        PROVIDER.answering(MODELS);
        assertServedBy("acc_own");

        String told =
                DATABASE.value("select count(*) from alert where kind = 'provider.down' and organization_id = 'org_a'"
                        + " and severity = 2 and payload->>'account_id' = 'acc_own'");
        assertThat(Integer.parseInt(told)).isGreaterThanOrEqualTo(3);
        assertThat(DATABASE.value("select count(*) from provider_health_change where to_state = 'down'"))
                .as("each is told once over both replicas")
                .isEqualTo(told);
    }

    @Test
    void requests_that_fail_degrade_it_though_it_answers_checks() {
        PROVIDER.answering(MODELS);
        PLATFORM.answering(MODELS);
        one.start();
        other.start();
        Await.until("it is degraded", () -> {
            one.healths.of("acc_own").ended(AnswerClass.SERVER_ERROR, -1, 0);
            other.healths.of("acc_own").ended(AnswerClass.SUCCESS, 1, 0);
            return state().equals("degraded");
        });
        assertServedBy("acc_own");
        Await.until("it is well again", () -> state().equals("up"));
    }

    private void assertServedBy(String account) {
        for (Replica replica : List.of(one, other)) {
            Await.until(account + " serves", () -> {
                Accounts.Choice choice = replica.accounts.choose(CUSTOMER, null, "gpt-4o-mini", 1_795_000_000_000L, 0);
                return ((Accounts.Choice.Found) choice)
                        .candidate()
                        .account()
                        .id()
                        .equals(account);
            });
        }
    }

    private static String state() {
        return DATABASE.value("select coalesce(max(state), '') from provider_health where account_id = 'acc_own'");
    }

    /** A replica's own view, over the database that it shares. */
    private static final class Replica {
        final AccountHealths healths = new AccountHealths(Clock.systemUTC());
        final Accounts accounts;
        final AccountFeed feed;
        final ProviderHealth health;

        Replica() {
            Pool pool = PgBuilder.pool()
                    .with(new PoolOptions().setMaxSize(4))
                    .connectingTo(PgConnectOptions.fromUri(DATABASE.reactiveUrl())
                            .setUser(DATABASE.user())
                            .setPassword(DATABASE.password()))
                    .using(VERTX)
                    .build();
            PricesInForce prices = new PricesInForce();
            prices.begin(PriceBook.builtIn(), List.of());
            accounts = new Accounts(prices, /* ceiling= */ null);
            accounts.replace(List.of(PLATFORMS));
            ProviderCatalog catalog = ProviderCatalog.builtIn();
            feed = new AccountFeed(
                    VERTX,
                    new PgAccounts(pool, VAULT),
                    VAULT,
                    catalog,
                    accounts,
                    healths,
                    new EntraTokens(VERTX.createHttpClient(EntraTokens.options()), Clock.systemUTC()),
                    Clock.systemUTC());
            health = new ProviderHealth(
                    VERTX,
                    accounts,
                    feed,
                    healths,
                    new Probe(() -> upstream(healths), System::nanoTime),
                    catalog,
                    new PgProviderHealth(pool),
                    new ProviderHealthMetrics(new SimpleMeterRegistry()),
                    Clock.systemUTC(),
                    INTERVAL,
                    List.of());
        }

        void start() {
            await(feed.refresh());
            health.start();
        }

        private static Upstream upstream(AccountHealths healths) {
            UpstreamSettings settings = new UpstreamSettings(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    /* connectionsMax= */ 10,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            Destinations trusted = new Destinations(
                    new AddressRules(List.of(Network.parse("127.0.0.1/32"))),
                    _ -> Future.succeededFuture(List.of(InetAddress.getLoopbackAddress())));
            return new Upstream(
                    VERTX, settings, new GuardedHosts(trusted, System::nanoTime), new UpstreamCounts(), healths);
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
