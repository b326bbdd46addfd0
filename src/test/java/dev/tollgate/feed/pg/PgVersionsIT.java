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
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgVersionsIT {
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
    private final PgVersions versions = new PgVersions(pool, List.of(tenants, prices));

    /** A feed that takes in the version that it is told to. */
    private static final class Followed implements Feed {
        private final String name;
        private final AtomicInteger current = new AtomicInteger();
        private volatile long version;
        private volatile int readings;
        private volatile boolean isRefreshing;
        private volatile Promise<Integer> reading = Promise.promise();

        Followed(String name) {
            this.name = name;
        }

        void fails() {
            Promise<Integer> ended = reading;
            reading = Promise.promise();
            isRefreshing = false;
            ended.fail("can't be read");
        }

        void takesIn(long newer) {
            version = newer;
            Promise<Integer> ended = reading;
            reading = Promise.promise();
            isRefreshing = false;
            ended.complete(1);
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
            isRefreshing = true;
            return reading.future();
        }

        @Override
        public boolean isRefreshing() {
            return isRefreshing;
        }

        @Override
        public Runnable asks() {
            return () -> current.incrementAndGet();
        }
    }

    @BeforeEach
    void versions_that_are_known() {
        database.execute("update tenancy_version set version = 7", "update rating_revision set revision = 0");
    }

    @AfterEach
    void close() {
        pool.close();
        vertx.close();
    }

    @Test
    void has_that_read_on_which_is_behind_before_what_comes_after_it() {
        Future<Void> looked = look();
        assertThat(tenants.readings).isOne();
        assertThat(prices.current).as("not before what was changed with them").hasValue(0);
        assertThat(looked.isComplete()).isFalse();

        tenants.takesIn(7);
        Await.until("what is new is in force", looked::succeeded);
        assertThat(prices.current).hasValue(1);
        assertThat(prices.readings).as("nothing was new").isZero();
    }

    @Test
    void tells_those_that_are_not_behind() {
        look();
        tenants.takesIn(7);
        Future<Void> next = look();
        Await.until("the next question is answered", next::succeeded);
        assertThat(tenants.readings).isOne();
        assertThat(tenants.current).hasPositiveValue();
    }

    @Test
    void is_told_of_one_that_can_not_be_read_and_goes_on_with_those_after_it() {
        Future<Void> looked = look();
        tenants.fails();
        Await.until("all are asked", looked::isComplete);
        assertThat(looked.cause()).hasMessage("can't be read");
        assertThat(prices.current).hasValue(1);
    }

    @Test
    void does_not_wait_for_a_reading_that_is_under_way() {
        look();
        Future<Void> second = versions.look();
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

    /** Looks, and waits until that is done or tenants are being read. */
    private Future<Void> look() {
        Future<Void> looked = versions.look();
        Await.until("the database answers", () -> looked.isComplete() || tenants.isRefreshing());
        return looked;
    }
}
