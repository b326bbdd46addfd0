package dev.tollgate.limits.rate.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.rate.Bucket;
import dev.tollgate.limits.rate.Charge;
import dev.tollgate.limits.rate.Concurrency;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Failover;
import dev.tollgate.limits.rate.Failover.State;
import dev.tollgate.limits.rate.FailoverSettings;
import dev.tollgate.limits.rate.MemoryRates;
import dev.tollgate.limits.rate.Rate;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TestRedis;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real Redis that is stopped, started, emptied and paused. Which store decided is what counts, not how long it took. */
class FailoverIT {
    private static final List<Charge> REQUEST =
            List.of(new Charge(new Bucket("requests", Rate.per(1_000, 1_000_000)), 1));
    private static final List<Charge> SLOT = List.of(new Charge(new Bucket("slots", new Concurrency(1)), 1));

    private final Vertx vertx = Vertx.vertx();
    private TestRedis server;
    private Failover failover;

    @BeforeEach
    void start() {
        server = TestRedis.started();
        Redis client = Redis.createClient(
                vertx,
                new RedisOptions()
                        .setConnectionString(server.url())
                        .setNetClientOptions(new NetClientOptions().setReadIdleTimeout(2)));
        RedisSettings settings = new RedisSettings(RedisSettings.DEFAULT.prefix(), 3_000, 200);
        RedisRates shared =
                new RedisRates(client, "one", settings, (millis, task) -> vertx.setTimer(millis, _ -> task.run()));
        failover = new Failover(
                shared,
                new MemoryRates(100, System::nanoTime),
                new FailoverSettings(500, 4, 100, 2),
                (millis, task) -> vertx.setTimer(millis, _ -> task.run()));
        untilIn(State.SHARED);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        server.close();
    }

    @Test
    void requests_go_on_while_Redis_is_gone_and_share_again_when_it_is_back() {
        server.stop();
        untilIn(State.LOCAL);
        server.start();
        untilIn(State.SHARED);
    }

    @Test
    void requests_go_on_while_Redis_is_silent_and_share_again_when_it_speaks() {
        server.pause();
        untilIn(State.LOCAL);
        server.resume();
        untilIn(State.SHARED);
    }

    @Test
    void a_Redis_that_was_emptied_is_used_on() {
        server.flush();
        admit(REQUEST);
        untilIn(State.SHARED);
    }

    @Test
    void slots_are_still_taken_after_Redis_was_started_anew() {
        Admitted running = admit(SLOT);
        server.stop();
        untilIn(State.LOCAL);
        assertThat(decide(SLOT)).isInstanceOf(Decision.Refused.class);
        server.start();
        untilIn(State.SHARED);
        Await.until(
                "the slot is in Redis again",
                () -> !server.command("ZCARD {tollgate}:rate:slots").equals(":0"));
        assertThat(decide(SLOT)).isInstanceOf(Decision.Refused.class);
        running.permit().release();
        Await.until("the slot is free", () -> decide(SLOT) instanceof Admitted);
    }

    /** Every request is admitted meanwhile, whoever decides. */
    private void untilIn(State state) {
        Await.until("rates are " + state, () -> {
            long shared = failover.decidedShared();
            admit(REQUEST);
            return failover.state() == state && (state != State.SHARED || failover.decidedShared() > shared);
        });
    }

    private Admitted admit(List<Charge> charges) {
        Decision decision = decide(charges);
        assertThat(decision).isInstanceOf(Admitted.class);
        return (Admitted) decision;
    }

    private Decision decide(List<Charge> charges) {
        try {
            return failover.tryAcquire(charges)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
