package dev.tollgate.gateway;

import dev.tollgate.ledger.Outcome;
import dev.tollgate.limits.budget.Amounts;
import dev.tollgate.limits.budget.Hold;
import dev.tollgate.wire.ReportedUsage;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a request may have used whose end was not seen. Where the provider broke off, was silent, or reported what can't be
 * true, that is all that was held. Where Tollgate broke off, because the client had gone, it is no more than the provider
 * can have made in that time.
 */
final class Doubt {
    /** Faster than providers write, but for the few below; a figure that is observed, not promised. */
    private static final long TOKENS_PER_SECOND = 500;

    private static final long TOKENS_PER_SECOND_OF_FAST_ONES = 5_000;
    private static final Set<String> FAST_ONES = Set.of("cerebras", "groq", "sambanova");

    /** Until a provider notices that nobody listens any more. */
    private static final long NOTICE_SECONDS = 2;

    private Doubt() {}

    /** The most that it may have used, or null where what it used is known. */
    static @Nullable Amounts atMost(Exchange exchange, Hold hold, Outcome outcome) {
        Exchange.Attempt attempt = exchange.attempt();
        ReportedUsage reported = attempt.reply.usage();
        if (reported == null ? !attempt.cutOff : reported.trusted()) {
            return null;
        }
        OutputWant want = (OutputWant) hold.want();
        if (outcome != Outcome.CANCELLED) {
            return want.most();
        }
        long nanos = System.nanoTime() - attempt.sentNanos;
        long seconds = NOTICE_SECONDS + Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1));
        boolean isFast = FAST_ONES.contains(exchange.candidate().account().provider());
        return want.cappedAt(seconds * (isFast ? TOKENS_PER_SECOND_OF_FAST_ONES : TOKENS_PER_SECOND))
                .most();
    }
}
