package dev.tollgate.platform;

import dev.tollgate.net.Destinations;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.CredentialCheck;
import dev.tollgate.provider.EntraTokens;
import dev.tollgate.provider.GuardedHosts;
import dev.tollgate.provider.Probe;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.provider.Upstream;
import dev.tollgate.provider.UpstreamCounts;
import dev.tollgate.provider.pg.AccountFeed;
import dev.tollgate.provider.pg.PgAccountSpend;
import dev.tollgate.provider.pg.PgAccounts;
import dev.tollgate.provider.pg.PgProviderHealth;
import dev.tollgate.vault.Vault;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** What the gateway and administration need of providers' accounts. */
final class AccountBeans {
    @Produces
    @Singleton
    ProviderCatalog catalog() {
        return ProviderCatalog.builtIn();
    }

    /** Of a ceiling that is set wrongly the start tells. */
    @Produces
    @Singleton
    Accounts accounts(TollgateConfig config, PricesInForce prices) {
        try {
            return new Accounts(prices, Prices.ceiling(config));
        } catch (StartFailure _) {
            return new Accounts(prices, /* ceiling= */ null);
        }
    }

    @Produces
    @Singleton
    AccountHealths healths(InstantSource clock) {
        return new AccountHealths(clock);
    }

    @Produces
    @Singleton
    GuardedHosts guardedHosts(Destinations destinations) {
        return new GuardedHosts(destinations, System::nanoTime);
    }

    @Produces
    @Singleton
    PgAccounts store(Pool pool, Vault vault) {
        return new PgAccounts(pool, vault);
    }

    @Produces
    @Singleton
    PgAccountSpend spend(Pool pool) {
        return new PgAccountSpend(pool);
    }

    /** Connected when it is needed first: of settings that are wrong the start tells. */
    @Produces
    @Singleton
    Probe probe(TollgateConfig config, Vertx vertx, GuardedHosts hosts, AccountHealths healths) {
        return new Probe(
                () -> new Upstream(vertx, UpstreamConfig.of(config), hosts, new UpstreamCounts(), healths),
                System::nanoTime);
    }

    @Produces
    @Singleton
    CredentialCheck check(Probe probe, ProviderCatalog catalog) {
        return new CredentialCheck(probe, catalog);
    }

    @Produces
    @Singleton
    PgProviderHealth healthStore(Pool pool) {
        return new PgProviderHealth(pool);
    }

    @Produces
    @Singleton
    ProviderHealth health(
            TollgateConfig config,
            Vertx vertx,
            Accounts accounts,
            AccountFeed feed,
            AccountHealths healths,
            Probe probe,
            ProviderCatalog catalog,
            PgProviderHealth store,
            MeterRegistry registry,
            InstantSource clock) {
        return new ProviderHealth(
                vertx,
                accounts,
                feed,
                healths,
                probe,
                catalog,
                store,
                new ProviderHealthMetrics(registry),
                clock,
                config.providerChecks(),
                config.providerEscalations());
    }

    @Produces
    @Singleton
    EntraTokens tokens(Vertx vertx, InstantSource clock) {
        return new EntraTokens(vertx.createHttpClient(EntraTokens.options()), clock);
    }

    @Produces
    @Singleton
    AccountFeed feed(
            Vertx vertx,
            PgAccounts store,
            Vault vault,
            ProviderCatalog catalog,
            Accounts accounts,
            AccountHealths healths,
            EntraTokens tokens,
            InstantSource clock) {
        return new AccountFeed(vertx, store, vault, catalog, accounts, healths, tokens, clock);
    }

    @Produces
    @Singleton
    AccountWatch watch(
            TollgateConfig config,
            AccountHealths healths,
            AccountFeed feed,
            CredentialCheck check,
            PgAccounts store,
            InstantSource clock) {
        return new AccountWatch(healths, feed, check, store, clock, Math.max(1, config.accountRefusals()));
    }
}
