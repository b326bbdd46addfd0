package dev.tollgate.platform;

import dev.tollgate.gateway.RequestPipeline;
import dev.tollgate.gateway.RetryCounts;
import dev.tollgate.gateway.RetryPolicy;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.RetryBudget;
import dev.tollgate.routing.Router;
import dev.tollgate.routing.RoutesInForce;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** How requests are routed and tried again, as the settings want it. */
final class RetryConfig {
    private static final int RETRIES_MAX = 10;

    /** Each adds to what must stand in the journal for one request. */
    private static final int UNKNOWN_MAX = 5;

    private static final Duration LONGEST = Duration.ofHours(24);

    private RetryConfig() {}

    static RequestPipeline.Routing routing(
            TollgateConfig config, RoutesInForce routes, AccountPlaces places, MeterRegistry metrics) {
        RetryCounts counts = new RetryCounts();
        watch(counts, metrics);
        return new RequestPipeline.Routing(
                routes,
                places,
                new Router(() -> ThreadLocalRandom.current().nextLong()),
                policy(config),
                new RetryBudget(),
                counts,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    static RetryPolicy policy(TollgateConfig config) {
        return new RetryPolicy(
                within("TOLLGATE_RETRIES", config.retries(), RETRIES_MAX),
                within("TOLLGATE_RETRY_PAUSE", config.retryPause()),
                within("TOLLGATE_RETRY_PAUSE_MAX", config.retryPauseMax()),
                RetryPolicy.WithoutRoute.valueOf(config.retryUnrouted().name()),
                within("TOLLGATE_UNKNOWN_ATTEMPTS", config.unknownAttempts(), UNKNOWN_MAX),
                within("TOLLGATE_FAILOVER_PATIENCE", config.failoverPatience()),
                within("TOLLGATE_ATTEMPTS_TIMEOUT", config.attemptsTimeout()),
                config.callsPerModel() == 0
                        ? Integer.MAX_VALUE
                        : within("TOLLGATE_CALLS_PER_MODEL", config.callsPerModel(), Integer.MAX_VALUE),
                config.lostAttempts() == TollgateConfig.LostAttempts.CALLER);
    }

    private static int within(String name, int value, int most) {
        if (value < 0 || value > most) {
            throw new StartFailure(name + " is " + value + " (expected: 0 to " + most + ").");
        }
        return value;
    }

    private static Duration within(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new StartFailure(name + " is " + value + " (expected: more than nothing, and at most a day).");
        }
        return value;
    }

    private static void watch(RetryCounts counts, MeterRegistry metrics) {
        for (RetryCounts.Kind kind : RetryCounts.Kind.values()) {
            FunctionCounter.builder("tollgate.retries", counts, all -> all.of(kind))
                    .description("Requests that were tried again, and what kept others from it")
                    .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                    .register(metrics);
        }
    }
}
