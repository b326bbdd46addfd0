package dev.tollgate.alerts.pg;

import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;

/** A migrated database, and replicas that use it: each with connections of its own. */
final class AlertDatabase implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase database = TestPostgres.freshDatabase();

    Pool replica() {
        return PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(PgConnectOptions.fromUri(database.reactiveUrl())
                        .setUser(database.user())
                        .setPassword(database.password()))
                .using(vertx)
                .build();
    }

    void sql(String... statements) {
        database.execute(statements);
    }

    String value(String query) {
        return database.value(query);
    }

    /** A channel of Slack's form, which nothing is ever sent over. */
    void channel(String id, String columns, String values) {
        sql("insert into alert_channel (id, name, type, url%s) values ('%s', 'x', 'slack', 'https://example.com/x'%s)"
                .formatted(columns.isEmpty() ? "" : ", " + columns, id, values.isEmpty() ? "" : ", " + values));
    }

    static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
