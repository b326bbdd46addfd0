package dev.tollgate.limits.rate.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.rate.Charge;
import dev.tollgate.limits.rate.Concurrency;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Rate;
import dev.tollgate.limits.rate.RateStore;
import dev.tollgate.limits.rate.RateStoreContract;
import dev.tollgate.limits.rate.Standing;
import dev.tollgate.limits.rate.VirtualTime;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TestRedis;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rates in a real Redis. Its clock runs by itself; tests move what is added to it. */
class RedisRatesIT extends RateStoreContract {
    private static final RedisSettings SETTINGS = RedisSettings.DEFAULT;

    private static TestRedis server;
    private static Vertx vertx;

    private final AtomicLong shiftMicros = new AtomicLong();
    private final VirtualTime time = new VirtualTime();
    private final List<Redis> clients = new ArrayList<>();
    private RedisRates store;

    @BeforeAll
    static void start() {
        server = TestRedis.started();
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        now(vertx.close());
        server.close();
    }

    @BeforeEach
    void connect() {
        server.flush();
        store = replica("one", time);
        learnScripts();
        server.flush();
    }

    /** A script that Redis does not know yet is done after those that were asked for later. */
    private void learnScripts() {
        Await.until("Redis knows all scripts", () -> {
            renew();
            if (decide(List.of(daily("warm", 24), slot("slots", 1))) instanceof Admitted admitted) {
                admitted.permit().correct(0, 0);
                admitted.permit().release();
            }
            return admit(daily("warm", 0)).standings().getFirst().remaining() == 24;
        });
    }

    @AfterEach
    void disconnect() {
        clients.forEach(Redis::close);
    }

    private RedisRates replica(String name, VirtualTime timer) {
        Redis client = Redis.createClient(
                vertx,
                new RedisOptions()
                        .setConnectionString(server.url())
                        .setNetClientOptions(new NetClientOptions().setReadIdleTimeout(2)));
        clients.add(client);
        return new RedisRates(client, name, SETTINGS, timer, shiftMicros::get);
    }

    @Override
    protected RateStore store() {
        return store;
    }

    @Override
    protected void advance(long millis) {
        shiftMicros.addAndGet(TimeUnit.MILLISECONDS.toMicros(millis));
    }

    @Test
    void replicas_share_what_there_is() {
        RedisRates other = replica("other", new VirtualTime());
        List<Future<Decision>> asked = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            List<Charge> charges = List.of(charge("a", Rate.per(DAY, 300), 1), slot("slots", 1_000));
            asked.add(store.tryAcquire(charges));
            asked.add(other.tryAcquire(charges));
        }
        assertThat(asked.stream().filter(one -> now(one) instanceof Admitted)).hasSize(300);
        assertThat(store.leases() + other.leases()).isEqualTo(300);
    }

    @Test
    void slots_of_a_replica_that_died_come_back_when_its_lease_is_over() {
        RedisRates dying = replica("dying", new VirtualTime());
        now(dying.tryAcquire(List.of(slot("slots", 1))));
        dying.close();
        advance(SETTINGS.leaseMillis() - 1_000);
        refuse(slot("slots", 1));
        advance(1_001);
        admit(slot("slots", 1));
    }

    @Test
    void slots_of_a_living_replica_are_kept_as_long_as_its_requests_run() {
        Admitted running = admit(slot("slots", 1));
        RedisRates other = replica("other", new VirtualTime());
        for (int i = 0; i < 10; i++) {
            advance(SETTINGS.leaseMillis() / 2);
            renew();
            assertThat(now(other.tryAcquire(List.of(slot("slots", 1))))).isInstanceOf(Decision.Refused.class);
        }
        running.permit().release();
        Await.until("the slot is free", () -> now(other.tryAcquire(List.of(slot("slots", 1)))) instanceof Admitted);
    }

    @Test
    void slots_that_Redis_has_lost_are_taken_anew() {
        admit(slot("slots", 2));
        server.flush();
        assertThat(admit(charge("slots", new Concurrency(2), 0)).standings()).containsExactly(new Standing(2, 2, 0));
        renew();
        assertThat(admit(charge("slots", new Concurrency(2), 0)).standings()).containsExactly(new Standing(2, 1, 0));
    }

    /** Lets the replica renew its slots, which it does in the order of its requests: one that comes later sees it. */
    private void renew() {
        time.advance(SETTINGS.renewMillis());
        admit(charge("any", new Concurrency(1), 0));
    }

    @Test
    void scripts_that_Redis_has_lost_are_sent_again() {
        Admitted before = admit(daily("a", 10));
        assertThat(server.command("SCRIPT FLUSH")).isEqualTo("+OK");
        before.permit().correct(0, 1);
        Await.until(
                "it is corrected",
                () -> admit(daily("a", 0)).standings().getFirst().remaining() == 23);
    }

    @Test
    void buckets_that_nothing_is_left_in_are_gone() {
        admit(charge("fast", Rate.per(1, 1), 1), charge("slots", new Concurrency(1), 0));
        Await.until("the key has expired", () -> server.command("DBSIZE").equals(":0"));
    }

    @Test
    void all_keys_are_on_one_node_of_a_cluster() {
        admit(daily("a", 1), slot("slots", 1));
        assertThat(server.command("EXISTS {tollgate}:rate:a {tollgate}:rate:slots"))
                .isEqualTo(":2");
    }

    @Test
    void answers_on_the_event_loop_that_asked() {
        Context loop = vertx.getOrCreateContext();
        for (RedisRates asked : List.of(replica("not connected yet", new VirtualTime()), store)) {
            Promise<Boolean> atHome = Promise.promise();
            loop.runOnContext(_ -> asked.tryAcquire(List.of(daily("a", 1)))
                    .onComplete(_ -> atHome.complete(loop.equals(Vertx.currentContext()))));
            assertThat(now(atHome.future()).booleanValue()).isTrue();
        }
    }

    @Test
    void a_connection_that_breaks_is_made_anew() {
        admit(daily("a", 1));
        server.stop();
        Await.until("the failure is noticed", () -> fails(store.tryAcquire(List.of(daily("a", 1)))));
        server.start();
        Await.until("it goes on", () -> !fails(store.tryAcquire(List.of(daily("a", 1)))));
    }

    private static boolean fails(Future<Decision> asked) {
        return now(asked.transform(result -> Future.succeededFuture(result.failed())));
    }

    @Test
    void a_connection_that_nobody_answers_on_is_given_up() {
        admit(daily("a", 1));
        server.pause();
        try {
            assertThat(fails(store.tryAcquire(List.of(daily("a", 1))))).isTrue();
        } finally {
            server.resume();
        }
        Await.until("it goes on", () -> !fails(store.tryAcquire(List.of(daily("a", 1)))));
    }
}
