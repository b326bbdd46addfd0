package dev.tollgate.limits.rate.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.rate.DemandBoard.Offer;
import dev.tollgate.limits.rate.DemandBoard.Seen;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What replicas say and hear, over a real PostgreSQL. */
class PgDemandBoardIT {
    private static final Vertx VERTX = Vertx.vertx();

    private final TestDatabase database = TestPostgres.freshDatabase();
    private final Pool pool = PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(6))
            .connectingTo(PgConnectOptions.fromUri(database.reactiveUrl())
                    .setUser(database.user())
                    .setPassword(database.password()))
            .using(VERTX)
            .build();
    private final PgDemandBoard a = new PgDemandBoard(pool);
    private final PgDemandBoard b = new PgDemandBoard(pool);

    @AfterEach
    void close() {
        await(pool.close());
    }

    @AfterAll
    static void stop() {
        await(VERTX.close());
    }

    private static Map<String, Offer> offers(String replica, long demand, long claim, String... buckets) {
        return List.of(buckets).stream()
                .collect(Collectors.toMap(bucket -> bucket, _ -> new Offer(replica, demand, claim, 1_000)));
    }

    @Test
    void a_replica_that_is_alone_only_says_that_it_is_there() {
        Seen seen = await(a.exchange("a", offers("a", 7, 500, "x")));
        assertThat(seen).isEqualTo(new Seen(1, Map.of()));
        assertThat(database.value("select count(*) from rate_demand")).isEqualTo("0");
        assertThat(database.value("select count(*) from rate_replica")).isEqualTo("1");
    }

    @Test
    void replicas_hear_what_others_say_of_the_buckets_that_they_ask_for() {
        meet();
        await(a.exchange("a", offers("a", 7, 500, "x", "y")));
        Seen seen = await(b.exchange("b", offers("b", 1, 2, "x", "z")));
        assertThat(seen).isEqualTo(new Seen(2, Map.of("x", List.of(new Offer("a", 7, 500, 1_000)))));
    }

    @Test
    void what_is_said_replaces_what_was_said_before() {
        meet();
        await(a.exchange("a", offers("a", 7, 500, "x", "y")));
        await(a.exchange("a", offers("a", 8, 600, "y")));
        Seen seen = await(b.exchange("b", offers("b", 1, 2, "x", "y")));
        assertThat(seen.others()).isEqualTo(Map.of("y", List.of(new Offer("a", 8, 600, 1_000))));
    }

    @Test
    void who_has_been_silent_for_long_is_dead_and_later_forgotten() {
        meet();
        await(a.exchange("a", offers("a", 7, 500, "x")));
        database.execute("update rate_replica set seen_at = now() - interval '11 s' where name = 'a'");
        assertThat(await(b.exchange("b", offers("b", 1, 2, "x")))).isEqualTo(new Seen(1, Map.of()));
        database.execute("update rate_replica set seen_at = now() - interval '61 s' where name = 'a'");
        await(b.exchange("b", offers("b", 1, 2, "x")));
        assertThat(database.value("select string_agg(name, ',') from rate_replica"))
                .isEqualTo("b");
        assertThat(database.value("select count(*) from rate_demand where replica = 'a'"))
                .isEqualTo("0");
    }

    @Test
    void of_two_at_the_same_time_at_least_one_hears_the_other() {
        meet();
        for (int round = 1; round <= 50; round++) {
            Future<Seen> first = a.exchange("a", offers("a", round, 500, "x"));
            Future<Seen> second = b.exchange("b", offers("b", round, 500, "x"));
            List<Long> heard = new ArrayList<>();
            List.of(await(first), await(second))
                    .forEach(seen ->
                            seen.others().getOrDefault("x", List.of()).forEach(offer -> heard.add(offer.demand())));
            assertThat(heard).contains((long) round);
        }
    }

    /** Both have heard that they are not alone. */
    private void meet() {
        await(a.exchange("a", Map.of()));
        await(b.exchange("b", Map.of()));
        await(a.exchange("a", Map.of()));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
