package dev.tollgate.platform;

import dev.tollgate.limits.rate.Failover;
import dev.tollgate.limits.rate.FailoverSettings;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rate.RateStore;
import dev.tollgate.limits.rate.SharedOut;
import dev.tollgate.limits.rate.Timer;
import dev.tollgate.limits.rate.Waiting;
import dev.tollgate.limits.rate.pg.PgDemandBoard;
import dev.tollgate.limits.rate.redis.RedisRates;
import dev.tollgate.limits.rate.redis.RedisSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;
import org.jspecify.annotations.Nullable;

/**
 * Rates and slots of all replicas together: in Redis where there is one, and shared out by demand where there is none, or
 * as long as it is slow or gone.
 */
final class Rates {
    private static final int BUCKETS_MAX = 200_000;

    private final SharedOut sharedOut;
    private final @Nullable RedisRates inRedis;
    private final RateLimits limits;

    private Rates(SharedOut sharedOut, @Nullable RedisRates inRedis, RateLimits limits) {
        this.sharedOut = sharedOut;
        this.inRedis = inRedis;
        this.limits = limits;
    }

    /** @param replica a name that no other process has, nor this one after a restart */
    static Rates of(
            TollgateConfig config,
            Vertx vertx,
            Pool pool,
            @Nullable Redis redis,
            String replica,
            MeterRegistry metrics) {
        Waiting waiting = new Waiting(Math.max(0, config.slotPatience().toMillis()), Waiting.BRIEFLY.maxRequests());
        Context context = vertx.getOrCreateContext();
        Timer timer = (millis, task) -> context.runOnContext(_ -> vertx.setTimer(millis, _ -> task.run()));
        SharedOut sharedOut = new SharedOut(new PgDemandBoard(pool), replica, BUCKETS_MAX, System::nanoTime, timer);
        if (redis == null) {
            return new Rates(sharedOut, null, limits(sharedOut, waiting, timer, metrics));
        }
        RedisRates inRedis = new RedisRates(redis, replica, RedisSettings.DEFAULT, timer);
        Failover failover = new Failover(
                inRedis,
                sharedOut,
                FailoverSettings.waiting(config.redisPatience().toMillis()),
                timer);
        Gauge.builder("tollgate.rates.local", failover, store -> store.state() == Failover.State.SHARED ? 0 : 1)
                .description("1 while rates are held locally, because Redis is slow or gone")
                .register(metrics);
        return new Rates(sharedOut, inRedis, limits(failover, waiting, timer, metrics));
    }

    private static RateLimits limits(RateStore store, Waiting waiting, Timer timer, MeterRegistry metrics) {
        RateLimits limits = new RateLimits(store, waiting, timer, System::nanoTime);
        Gauge.builder("tollgate.requests.waiting", limits, RateLimits::waiting)
                .description("Requests that wait for a slot")
                .register(metrics);
        return limits;
    }

    RateLimits limits() {
        return limits;
    }

    void stop() {
        sharedOut.close();
        if (inRedis != null) {
            inRedis.close();
        }
    }
}
