package dev.tollgate.platform;

import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.KeyUses;
import dev.tollgate.tenancy.pg.PgKeyUses;
import dev.tollgate.tenancy.pg.PgTenancy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/**
 * Makes the database ready: waits for it as long as it takes, migrates it and makes a first organization where there is
 * none; from then on stores when keys were used.
 */
@Singleton
final class Tenancy {
    private static final Logger LOG = Logger.getLogger(Tenancy.class);
    private static final long RETRY_MILLIS = 1_000;
    private static final long USES_MILLIS = 10_000;

    private final Vertx vertx;
    private final Flyway flyway;
    private final PgTenancy store;
    private final Ledger ledger;
    private final PgKeyUses uses;
    private boolean complained;
    private boolean usesComplained;
    private volatile boolean stopped;

    Tenancy(Vertx vertx, Flyway flyway, Pool pool, PgTenancy store, Ledger ledger, KeyUses uses) {
        this.vertx = vertx;
        this.flyway = flyway;
        this.store = store;
        this.ledger = ledger;
        this.uses = new PgKeyUses(pool, uses);
    }

    /**
     * What was found.
     *
     * @param firstKey the key of the first organization, where that was made just now
     */
    record Found(String firstOrganizationId, Optional<ApiKey> firstKey) {}

    /** Completes when the database is migrated and has an organization; the ledger is open. */
    Future<Found> prepare() {
        return vertx.<Void>executeBlocking(() -> {
                    flyway.migrate();
                    return null;
                })
                .compose(_ -> ledger.parts().upkeep().run())
                .compose(_ -> store.createFirstOrganization("default"))
                .compose(key -> store.firstOrganization().map(id -> new Found(id.orElseThrow(), key)))
                .recover(failure -> stopped ? Future.failedFuture(failure) : retry(failure));
    }

    /** Does from now on what has to be done again and again. */
    void keep() {
        vertx.setPeriodic(USES_MILLIS, _ -> storeUses());
        ledger.parts().upkeep().repeat();
    }

    void stop() {
        stopped = true;
    }

    /** Stores when keys were used last. */
    Future<Void> storeUses() {
        return uses.store().onSuccess(_ -> usesComplained = false).onFailure(failure -> {
            if (!usesComplained && !stopped) {
                LOG.warnf("Uses of keys can't be stored yet: %s", failure.getMessage());
            }
            usesComplained = true;
        });
    }

    private Future<Found> retry(Throwable failure) {
        complain(failure);
        return vertx.timer(RETRY_MILLIS).compose(_ -> prepare());
    }

    /** Once per outage, not once per try. */
    private void complain(Throwable failure) {
        if (!complained && !stopped) {
            LOG.warnf("The database can't be used yet, and is asked again every second: %s", failure.getMessage());
        }
        complained = true;
    }

    /** What the gateway and the demo have in common with it. */
    static final class Parts {
        @Produces
        @Singleton
        PgTenancy store(Pool pool, RandomGenerator random) {
            return new PgTenancy(pool, random);
        }

        @Produces
        @Singleton
        KeyUses uses() {
            return new KeyUses();
        }
    }
}
