package dev.tollgate.limits.pg;

import dev.tollgate.access.Principal;
import dev.tollgate.access.Role;
import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Changes;
import dev.tollgate.limits.rules.Hearing;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.function.Function;

/** A database with rules, and somebody who follows them. */
final class Following implements AutoCloseable {
    private static final Principal ROOT = new Principal("root", "root", Role.PLATFORM_ADMINISTRATOR, null, "127.0.0.1");

    private final Vertx vertx = Vertx.vertx();
    final TestDatabase database = TestPostgres.freshDatabase();
    final Pool pool;
    final RulesInForce inForce = new RulesInForce(new Hearing(() -> 0, Duration.ZERO));
    final RuleFeed feed;

    Following() {
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(PgConnectOptions.fromUri(database.reactiveUrl())
                        .setUser(database.user())
                        .setPassword(database.password()))
                .using(vertx)
                .build();
        feed = new RuleFeed(pool, inForce);
    }

    /** Reads what changed, and tells how many rows that were. */
    int refresh() {
        return await(feed.refresh());
    }

    RuleBook book() {
        return inForce.book();
    }

    /** Makes a change as administration does. */
    <T> T change(Function<Change, Future<T>> work) {
        return await(new Changes(pool)
                .make(
                        ROOT,
                        change -> work.apply(change).map(done -> {
                            change.record("test", "test", "test", null, null, new JsonObject());
                            return done;
                        })));
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
