package dev.tollgate.platform;

import dev.tollgate.gateway.RequestPipeline;
import dev.tollgate.gateway.edge.InFlight;
import dev.tollgate.ownership.RememberedOwners;
import dev.tollgate.ownership.pg.PgObjectOwners;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.GuardedHosts;
import dev.tollgate.provider.UpstreamCounts;
import dev.tollgate.rating.DryRun;
import dev.tollgate.reports.pg.PgUsage;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.settings.SettingsInForce;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.KeyUses;
import dev.tollgate.tenancy.Tenants;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What the stages of the gateway are made of. */
final class GatewayBeans {
    @Produces
    @Singleton
    InFlight inFlight() {
        return new InFlight();
    }

    @Produces
    @Singleton
    UpstreamCounts upstreamCounts() {
        return new UpstreamCounts();
    }

    @Produces
    @Singleton
    ReplicaName replicaName(RandomGenerator random) {
        return new ReplicaName(ApiKey.newPublicId(random));
    }

    @Produces
    @Singleton
    RequestPipeline.Routing routing(
            TollgateConfig config, RoutesInForce routes, AccountPlaces places, MeterRegistry metrics) {
        return RetryConfig.routing(config, routes, places, metrics);
    }

    /** To be asked for once the ledger and spending are open. */
    @Produces
    @Singleton
    RequestPipeline.Parts parts(
            TollgateConfig config,
            Vertx vertx,
            Pool pool,
            Tenants tenants,
            KeyUses uses,
            SettingsInForce settings,
            PricesInForce prices,
            Accounts accounts,
            RequestPipeline.Routing routing,
            Ledger ledger,
            Spending spending,
            RequestPipeline.Caching caching,
            Observers observers,
            PgUsage usage,
            GuardedHosts guardedHosts,
            UpstreamCounts upstreamCounts,
            AccountHealths accountHealths,
            InstantSource clock,
            MeterRegistry metrics,
            ReplicaName replicaName) {
        return new RequestPipeline.Parts(
                tenants,
                uses,
                settings,
                new DryRun(prices),
                accounts,
                routing,
                new RememberedOwners(new PgObjectOwners(pool), vertx),
                ledger.parts().journal(),
                ledger.parts().writer(),
                ledger.parts().endUsers(),
                spending.forGateway(),
                caching,
                observers.all(),
                usage::ask,
                UpstreamConfig.of(config),
                guardedHosts,
                upstreamCounts,
                accountHealths,
                Sharing.callsInFlight(config, metrics),
                clock,
                config.unmetered() == TollgateConfig.Unmetered.ALLOW,
                config.wholeAnswerBytesMax(),
                replicaName.value());
    }
}
