package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.Stop;
import dev.tollgate.provider.Candidate;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an account has room for an attempt to serve a request, and takes it: its spend is not stopped, and its limits and
 * those of the model that is run let the request through. For whoever chooses among candidates. What was taken is corrected,
 * and slots come back, when the attempt is over.
 */
final class AccountRoom {
    private static final Future<Answer> HAS_ROOM = Future.succeededFuture(new Answer.Taken());

    private final RateLimits rates;

    AccountRoom(RateLimits rates) {
        this.rates = rates;
    }

    /** What came of asking. */
    sealed interface Answer {
        record Taken() implements Answer {}

        /**
         * Nothing was taken.
         *
         * @param why as the caller is told where no other account has room either
         * @param retryAfterMillis when there may be room; {@link #NEVER} where waiting does not help
         */
        record Full(Problem why, long retryAfterMillis) implements Answer {
            static final long NEVER = Long.MAX_VALUE;

            /** The one that it is better to be told of: where there is room first. */
            Full orSooner(Full other) {
                return other.retryAfterMillis < retryAfterMillis ? other : this;
            }
        }
    }

    /** Whether anything has to be asked: without a limit or stop there is room, and nothing to take. */
    boolean isLimited(Exchange exchange, Candidate candidate) {
        RuleBook book = exchange.governed().book();
        String accountId = candidate.account().id();
        return book.stops().ofPlace(accountId, candidate.model()) != null
                || !book.limits()
                        .ofPlace(
                                accountId,
                                candidate.model(),
                                exchange.governed().traits())
                        .isEmpty();
    }

    /**
     * Takes room on the account of the first candidate, from one on, that has some; completes with its index. The last one
     * may be waited for. Fails, where none has room, with what the one says that has room first.
     */
    Future<Integer> takeFirst(Exchange exchange, List<Candidate> candidates, int from) {
        return isLimited(exchange, candidates.get(from))
                ? takeFirst(exchange, candidates, from, /* soonest= */ null)
                : Future.succeededFuture(from);
    }

    private Future<Integer> takeFirst(
            Exchange exchange, List<Candidate> candidates, int index, Answer.@Nullable Full soonest) {
        boolean isLast = index == candidates.size() - 1;
        return take(exchange, candidates.get(index), /* waits= */ isLast).compose(answer -> switch (answer) {
            case Answer.Taken _ -> Future.succeededFuture(index);
            case Answer.Full full -> {
                Answer.Full sooner = soonest == null ? full : soonest.orSooner(full);
                yield isLast ? Future.failedFuture(sooner.why()) : takeFirst(exchange, candidates, index + 1, sooner);
            }
        });
    }

    /**
     * Takes room on a candidate's account.
     *
     * @param waits whether the request may wait a moment for a slot, because it has nowhere else to go
     */
    Future<Answer> take(Exchange exchange, Candidate candidate, boolean waits) {
        Governed governed = exchange.governed();
        String accountId = candidate.account().id();
        Stop stop = governed.book().stops().ofPlace(accountId, candidate.model());
        if (stop != null) {
            return full(LimitProblems.stopped(stop), Answer.Full.NEVER);
        }
        List<UsageLimit> limits = governed.book().limits().ofPlace(accountId, candidate.model(), governed.traits());
        if (limits.isEmpty()) {
            return HAS_ROOM;
        }
        TouchedRules touched = exchange.touchedOrNull();
        if (touched != null) {
            return TouchedRules.look(exchange, limits, rates)
                    .map(look -> looked(exchange, limits, touched, look, waits));
        }
        Problem tooLarge = RequestLimits.tooLarge(exchange, limits);
        if (tooLarge != null) {
            return full(tooLarge, Answer.Full.NEVER);
        }
        RateCharges charges = RateCharges.of(exchange, limits, governed.traits());
        if (charges.isEmpty()) {
            begin(exchange, limits);
            return HAS_ROOM;
        }
        int priority = LimitUse.priority(exchange);
        Future<Decision> decided =
                waits ? rates.tryAcquire(charges.charges(), priority) : rates.tryAtOnce(charges.charges(), priority);
        return decided.map(decision -> answer(exchange, limits, charges, decision));
    }

    /** A dry run goes where the request would go; where that is nowhere, it is told of the last account. */
    private static Answer looked(
            Exchange exchange, List<UsageLimit> limits, TouchedRules touched, TouchedRules.Look look, boolean isLast) {
        if (look.refuses() && !isLast) {
            return new Answer.Full(
                    new Problem(ProblemCode.RATE_LIMIT_EXCEEDED, "The account is at a limit."), Answer.Full.NEVER);
        }
        touched.add(look);
        exchange.governedHereBy(exchange.governed().with(limits));
        return new Answer.Taken();
    }

    private static Answer answer(Exchange exchange, List<UsageLimit> limits, RateCharges charges, Decision decision) {
        return switch (decision) {
            case Decision.Refused refused ->
                new Answer.Full(
                        LimitProblems.of(charges.limit(refused.charge()), refused),
                        refused.reason() == Decision.Reason.LARGER_THAN_LIMIT
                                ? Answer.Full.NEVER
                                : refused.retryAfterMillis());
            case Decision.Admitted admitted -> {
                charges.keepForAttempt(exchange, admitted);
                begin(exchange, limits);
                yield new Answer.Taken();
            }
        };
    }

    /** From here on the limits of account and model are among those that hold for the request: caps and prices, too. */
    private static void begin(Exchange exchange, List<UsageLimit> limits) {
        RequestLimits.beginAttempt(exchange, limits);
        exchange.governedHereBy(exchange.governed().with(limits));
    }

    private static Future<Answer> full(Problem why, long retryAfterMillis) {
        return Future.succeededFuture(new Answer.Full(why, retryAfterMillis));
    }
}
