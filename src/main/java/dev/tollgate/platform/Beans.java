package dev.tollgate.platform;

import dev.tollgate.admin.AdminToken;
import dev.tollgate.ledger.pg.PgLedgerReports;
import dev.tollgate.tenancy.Tenants;
import dev.tollgate.tenancy.pg.PgCallers;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** What both the gateway and administration need one of. */
final class Beans {
    @Produces
    @Singleton
    Tenants tenants() {
        return new Tenants();
    }

    @Produces
    @Singleton
    PgCallers callers(Pool pool, Tenants tenants) {
        return new PgCallers(pool, tenants);
    }

    @Produces
    @Singleton
    PgLedgerReports reports(Pool pool) {
        return new PgLedgerReports(pool);
    }

    @Produces
    @Singleton
    AdminToken adminToken() {
        return new AdminToken();
    }
}
