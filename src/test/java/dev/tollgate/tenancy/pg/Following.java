package dev.tollgate.tenancy.pg;

import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Callers.Identity;
import dev.tollgate.tenancy.Tenants;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/** A database with tenants, and somebody who follows them. */
final class Following implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase database = TestPostgres.freshDatabase();
    final Pool pool;
    final Tenants tenants = new Tenants();
    final PgCallers callers;

    Following() {
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(PgConnectOptions.fromUri(database.reactiveUrl())
                        .setUser(database.user())
                        .setPassword(database.password()))
                .using(vertx)
                .build();
        callers = new PgCallers(pool, tenants, InstantSource.fixed(Instant.EPOCH));
    }

    ApiKey addOrganization(String name) {
        return database.addOrganization(name);
    }

    void sql(String... statements) {
        database.execute(statements);
    }

    Connection connect() throws SQLException {
        return database.connect();
    }

    /** Reads what changed, and tells how many keys that were. */
    int refresh() {
        return await(callers.refresh());
    }

    Identity identify(ApiKey key, Instant now) {
        return Objects.requireNonNull(tenants.callers(), "nothing was read yet").identify(key.reveal(), now);
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        await(pool.close());
        await(vertx.close());
    }
}
