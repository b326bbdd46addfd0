package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rate.Permit;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.limits.rules.Stop;
import dev.tollgate.settings.Setting;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds a request to the limits that count it: whether spend is stopped, its size, how long it may take, rates of requests
 * and tokens, and how many there may be at the same time. Rates are charged an estimate of its tokens, which is corrected
 * when its entry is in the journal; its slots come back then, too.
 */
public final class LimitUse implements Stage {
    private final RulesInForce rules;
    private final RateLimits rates;
    private final TraitsOf traits;
    private final SpendGate gate;

    /** Requests under way on this event loop, so that a stop can cut them. */
    private final Set<Exchange> underWay = new HashSet<>();

    LimitUse(RulesInForce rules, RateLimits rates, TraitsOf traits, Context context) {
        this.rules = rules;
        this.rates = rates;
        this.traits = traits;
        this.gate = new SpendGate(rules);
        rules.onReplace(book -> context.runOnContext(_ -> cutStopped(book)));
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        RuleBook book = rules.book();
        Traits of = traits.of(exchange, book);
        List<UsageLimit> limits = book.limits().of(of);
        exchange.governedBy(new Governed(book, of, limits, gate));
        gate.enter(of);
        if (!limits.isEmpty()) {
            refuseTooLarge(exchange, limits);
            giveTime(exchange, limits);
            watch(exchange, limits);
        }
        underWay.add(exchange);
        exchange.onBooked(_ -> underWay.remove(exchange));
        RateCharges charges = RateCharges.of(exchange, limits, of);
        return charges.isEmpty() ? next.handle(exchange) : admit(exchange, charges, next);
    }

    private Future<Reply> admit(Exchange exchange, RateCharges charges, Next next) {
        Future<Decision> decided = rates.tryAcquire(charges.charges(), priority(exchange));
        if (decided.isComplete() && decided.succeeded()) {
            return decided(exchange, charges, decided.result(), next);
        }
        return decided.compose(decision -> decided(exchange, charges, decision, next));
    }

    private static int priority(Exchange exchange) {
        Long set = exchange.settings().get(Setting.PRIORITY);
        return set == null ? RateCharges.PRIORITY : set.intValue();
    }

    private static Future<Reply> decided(Exchange exchange, RateCharges charges, Decision decision, Next next) {
        return switch (decision) {
            case Decision.Refused refused -> {
                exchange.standsAt(charges.headersOf(refused));
                yield Future.failedFuture(LimitProblems.of(charges.limit(refused.charge()), refused));
            }
            case Decision.Admitted admitted -> {
                exchange.standsAt(charges.headersOf(admitted));
                admitted.beyond().forEach(i -> exchange.beyond().add(charges.limit(i)));
                exchange.onBooked(entry -> giveBack(admitted.permit(), charges, entry));
                yield next.handle(exchange);
            }
        };
    }

    private static void giveBack(Permit permit, RateCharges charges, LedgerEntry entry) {
        charges.correct(permit, entry.usage());
        permit.release();
    }

    private static void refuseTooLarge(Exchange exchange, List<UsageLimit> limits) {
        UsageLimit limit = least(limits, UsageLimit.Kind.REQUEST_BYTES);
        if (limit != null && exchange.body().length() > limit.amount()) {
            throw new Problem(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "The request's body has " + exchange.body().length() + " bytes (expected: at most " + limit.amount()
                            + ", by limit " + limit.id() + ").");
        }
    }

    private static void giveTime(Exchange exchange, List<UsageLimit> limits) {
        UsageLimit limit = least(limits, UsageLimit.Kind.DEADLINE);
        if (limit != null) {
            var deadline = exchange.deadlines()
                    .in(
                            TimeUnit.SECONDS.toNanos(limit.amount()),
                            () -> exchange.cut(
                                    ProblemCode.DEADLINE_EXCEEDED,
                                    "had not answered in full after " + limit.amount()
                                            + " seconds, which is how long a request may" + " take (limit " + limit.id()
                                            + ")"));
            exchange.onBooked(_ -> deadline.cancel());
        }
    }

    /** Notes what a request is to be held against that goes on all the same. */
    private static void watch(Exchange exchange, List<UsageLimit> limits) {
        for (UsageLimit limit : limits) {
            if (limit.mode() != Mode.HARD) {
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
        }
    }

    /** The strictest of the hard limits of a kind, or null where there is none. */
    static @Nullable UsageLimit least(List<UsageLimit> limits, UsageLimit.Kind kind) {
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

    private void cutStopped(RuleBook book) {
        for (Exchange exchange : List.copyOf(underWay)) {
            Stop stop = book.stops().of(exchange.governed().traits());
            var candidate = exchange.candidateOrNull();
            if (stop == null && candidate != null) {
                stop = book.stops().ofAccount(candidate.account().id());
            }
            if (stop != null && stop.cutStreams()) {
                exchange.cut(ProblemCode.SPEND_STOPPED, "was cut off, because spend was stopped (" + stop.id() + ")");
            }
        }
    }
}
