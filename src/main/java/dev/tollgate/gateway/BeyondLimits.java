package dev.tollgate.gateway;

import dev.tollgate.kernel.Money;
import dev.tollgate.limits.UsageLimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Which of the limits that let a request through it went beyond. Of some that is known only when it has ended. */
final class BeyondLimits {
    /** It went beyond these whatever comes. */
    private static final long NOTHING = -1;

    private final Map<UsageLimit, Long> most = LinkedHashMap.newLinkedHashMap(2);

    /** It goes beyond a limit, which would have refused it. */
    void add(UsageLimit limit) {
        most.put(limit, NOTHING);
    }

    /**
     * It goes beyond a limit if it takes, brings or costs more than that.
     *
     * @param atMost seconds of a deadline, tokens of each choice, nanodollars of a price or share
     */
    void watch(UsageLimit limit, long atMost) {
        most.putIfAbsent(limit, atMost);
    }

    /**
     * Those that it went beyond, as far as is known.
     *
     * @param outputTokens of each choice
     * @param nanos how long it took so far
     */
    List<UsageLimit> of(long outputTokens, Money charge, long nanos) {
        List<UsageLimit> beyond = new ArrayList<>(most.size());
        most.forEach((limit, atMost) -> {
            long amount = switch (limit.kind()) {
                case DEADLINE -> Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1));
                case OUTPUT_CAP -> outputTokens;
                default -> charge.nanos();
            };
            if (atMost == NOTHING || amount > atMost) {
                beyond.add(limit);
            }
        });
        return beyond;
    }
}
