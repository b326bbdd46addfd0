package dev.tollgate.provider.pg;

import static dev.tollgate.testkit.FakeUpstream.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.EntraTokens;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.provider.Tenant;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.vault.MasterKey;
import dev.tollgate.vault.SealedColumn;
import dev.tollgate.vault.Vault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account whose credential is exchanged for tokens, over a real database and a server of tokens. */
class AccountFeedIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Tenant ANYBODY = new Tenant("org_any", null);
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final FakeUpstream ENTRA = FakeUpstream.start();
    private static final Vertx VERTX = Vertx.vertx();
    private static final Vault VAULT = new Vault(List.of(MasterKey.of(new byte[32])));

    private final AtomicReference<Instant> now = new AtomicReference<>(NOW);
    private final Accounts accounts = new Accounts(new PricesInForce(), /* ceiling= */ null);
    private final AccountFeed feed = feed();

    @BeforeAll
    static void an_account() {
        DATABASE.execute("""
                insert into provider_account (id, name, provider, base_url, azure, credential, credential_last4,
                                              credential_set_at, weight, models, regions, enabled, version)
                values ('acc_entra', 'x', 'azure', 'https://our.openai.azure.com',
                        '{"tenant_id": "our-tenant", "client_id": "our-client"}', '%s', '', now(), 1, '{}', '{}', true,
                        next_provider_account_version())
                """.formatted(
                        VAULT.seal(new SealedColumn("provider_account", "credential").place("acc_entra"), "s3cret")));
    }

    @BeforeEach
    void follow() {
        feed.keepTokens();
    }

    @AfterAll
    static void close() {
        ENTRA.close();
        await(VERTX.close());
    }

    @Test
    void its_secret_is_exchanged_for_a_token_that_is_renewed_before_it_expires() {
        ENTRA.answering(json(200, "{\"access_token\":\"first\",\"expires_in\":3600}"));
        await(feed.refresh());
        Await.until("there is a token", () -> !accounts.openTo(ANYBODY).isEmpty());
        Account account = accounts.openTo(ANYBODY).getFirst();
        assertThat(account.credential()).isEqualTo("first");
        assertThat(account.style().authHeader()).isEqualTo("authorization");
        assertThat(ENTRA.received().getFirst().text()).contains("client_secret=s3cret");

        ENTRA.answering(json(200, "{\"access_token\":\"second\",\"expires_in\":3600}"));
        now.set(NOW.plus(Duration.ofMinutes(56)));
        Await.until(
                "it is renewed",
                () -> "second".equals(accounts.openTo(ANYBODY).getFirst().credential()));
    }

    @Test
    void without_a_token_it_is_out_of_use_and_says_why() {
        ENTRA.answering(json(401, "{\"error\":\"invalid_client\"}"));
        await(feed.refresh());
        Await.until("it was refused", () -> feed.problem("acc_entra").isPresent());
        assertThat(feed.problem("acc_entra").orElseThrow()).contains("401").doesNotContain("s3cret");
        assertThat(accounts.openTo(ANYBODY)).isEmpty();
        assertThat(feed.find("acc_entra")).isEmpty();

        ENTRA.answering(json(200, "{\"access_token\":\"late\",\"expires_in\":3600}"));
        now.set(NOW.plus(Duration.ofSeconds(11)));
        Await.until("it was given", () -> !accounts.openTo(ANYBODY).isEmpty());
        assertThat(feed.problem("acc_entra")).isEmpty();
    }

    private AccountFeed feed() {
        Pool pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(2))
                .connectingTo(PgConnectOptions.fromUri(DATABASE.reactiveUrl())
                        .setUser(DATABASE.user())
                        .setPassword(DATABASE.password()))
                .using(VERTX)
                .build();
        ProviderCatalog catalog = ProviderCatalog.read(new JsonObject("""
                {"providers": [{"name": "azure", "label": "Azure", "auth": {"header": "api-key"}, "paths": "azure",
                                "entra": {"token_url": "http://%s/{tenant}/token", "scope": "all"}}]}
                """.formatted(ENTRA.authority())));
        return new AccountFeed(
                VERTX,
                new PgAccounts(pool, VAULT),
                VAULT,
                catalog,
                accounts,
                new AccountHealths(now::get),
                new EntraTokens(VERTX.createHttpClient(EntraTokens.options()), now::get),
                now::get);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
