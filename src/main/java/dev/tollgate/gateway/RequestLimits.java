package dev.tollgate.gateway;

import dev.tollgate.gateway.http.Deadlines;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.UsageLimit.Kind;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Holds one request to what limits say of each by itself: its size, and how long it may take. */
final class RequestLimits {
    private RequestLimits() {}

    /** Why a request is too large, or null where it is not. */
    static @Nullable Problem tooLarge(Exchange exchange, List<UsageLimit> limits) {
        UsageLimit limit = least(limits, Kind.REQUEST_BYTES);
        return limit == null || exchange.body().length() <= limit.amount()
                ? null
                : new Problem(
                        ProblemCode.REQUEST_TOO_LARGE,
                        "The request's body has " + exchange.body().length() + " bytes (expected: at most "
                                + limit.amount() + ", by limit " + limit.id() + ").");
    }

    /** Gives it its time, and notes what it goes on beyond all the same. */
    static void begin(Exchange exchange, List<UsageLimit> limits) {
        UsageLimit time = least(limits, Kind.DEADLINE);
        if (time != null) {
            exchange.isDueAt(System.nanoTime() + TimeUnit.SECONDS.toNanos(time.amount()));
            Deadlines.Deadline deadline = giveTime(exchange, time);
            exchange.onBooked(_ -> deadline.cancel());
        }
        watch(exchange, limits);
    }

    /** The same for an attempt, by the limits of its account. */
    static void beginAttempt(Exchange exchange, List<UsageLimit> limits) {
        UsageLimit time = least(limits, Kind.DEADLINE);
        if (time != null) {
            Deadlines.Deadline deadline = giveTime(exchange, time);
            exchange.onAttemptOver(_ -> deadline.cancel());
        }
        watch(exchange, limits);
    }

    private static Deadlines.Deadline giveTime(Exchange exchange, UsageLimit limit) {
        return exchange.deadlines()
                .in(
                        TimeUnit.SECONDS.toNanos(limit.amount()),
                        () -> exchange.cut(
                                ProblemCode.DEADLINE_EXCEEDED,
                                "had not answered in full after " + limit.amount()
                                        + " seconds, which is how long a request may take (limit " + limit.id() + ")"));
    }

    private static void watch(Exchange exchange, List<UsageLimit> limits) {
        for (UsageLimit limit : limits) {
            if (limit.mode() != Mode.HARD) {
                watch(exchange, limit);
            }
        }
    }

    private static void watch(Exchange exchange, UsageLimit limit) {
        switch (limit.kind()) {
            case REQUEST_BYTES -> {
                if (exchange.body().length() > limit.amount()) {
                    exchange.beyond().add(limit);
                }
            }
            case DEADLINE, OUTPUT_CAP -> exchange.beyond().watch(limit, limit.amount());
            default -> {} // rates and slots are charged, prices held against the most that it may cost
        }
    }

    /** The strictest of the hard limits of a kind, or null where there is none. */
    static @Nullable UsageLimit least(List<UsageLimit> limits, Kind kind) {
        UsageLimit least = null;
        for (UsageLimit limit : limits) {
            if (limit.kind() == kind
                    && limit.mode() == Mode.HARD
                    && (least == null || limit.amount() < least.amount())) {
                least = limit;
            }
        }
        return least;
    }
}
