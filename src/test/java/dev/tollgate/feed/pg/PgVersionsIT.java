package dev.tollgate.feed.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.feed.Feed;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgVersionsIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase database = TestPostgres.freshDatabase();
    private final Pool pool = PgBuilder.pool()
            .connectingTo(PgConnectOptions.fromUri(database.reactiveUrl())
                    .setUser(database.user())
                    .setPassword(database.password()))
            .using(vertx)
            .build();
    private final Followed tenants = new Followed("tenants");
    private final Followed prices = new Followed("prices");
    private final PgVersions versions = new PgVersions(pool, List.of(tenants, prices), InstantSource.fixed(NOW));

    /** A feed that takes in the version that it is told to. */
    private static final class Followed implements Feed {
        private final String name;
        private final List<Instant> current = new CopyOnWriteArrayList<>();
        private volatile long version;
        private volatile int readings;
        private volatile Promise<Integer> reading = Promise.promise();

        Followed(String name) {
            this.name = name;
        }

        void takesIn(long newer) {
            version = newer;
            reading.complete(1);
            reading = Promise.promise();
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long version() {
            return version;
        }

        @Override
        public Future<Integer> refresh() {
            readings = readings + 1;
            return reading.future();
        }

        @Override
        public boolean isRefreshing() {
            return readings > 0 && !reading.future().isComplete();
        }

        @Override
        public void isCurrent(Instant asked) {
            current.add(asked);
        }
    }

    @BeforeEach
    void migrate() {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.user(), database.password())
                .load()
                .migrate();
        database.execute("update tenancy_version set version = 7", "update rating_revision set revision = 0");
    }

    @AfterEach
    void close() {
        pool.close();
        vertx.close();
    }

    @Test
    void has_that_read_on_which_is_behind_and_tells_the_others_that_they_are_not() {
        Future<Void> looked = look();
        assertThat(looked.isComplete()).as("before what is new is in force").isFalse();
        assertThat(tenants.readings).isOne();
        assertThat(prices.readings).isZero();
        assertThat(prices.current).containsExactly(NOW);

        tenants.takesIn(7);
        Await.until("what is new is in force", looked::succeeded);
        Await.until("the next question is answered", () -> look().succeeded());
        assertThat(tenants.readings).isOne();
        assertThat(tenants.current).isNotEmpty().containsOnly(NOW);
    }

    @Test
    void does_not_wait_for_a_reading_that_is_under_way() {
        look();
        Future<Void> second = look();
        Await.until("the second question is answered", second::succeeded);
        assertThat(tenants.readings).isOne();
    }

    @Test
    void fails_without_a_database_and_goes_on_with_it() {
        database.execute("alter view versions rename to away");
        assertThat(look().failed()).isTrue();
        database.execute("alter view away rename to versions");
        look();
        assertThat(tenants.readings).isOne();
    }

    /** Looks, and waits until the database has answered, which prices are told last. */
    private Future<Void> look() {
        int told = prices.current.size();
        Future<Void> looked = versions.look();
        Await.until("the database answers", () -> looked.isComplete() || prices.current.size() > told);
        return looked;
    }
}
