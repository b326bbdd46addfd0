package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.rate.Decision;
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
        if (AnswerDryRun.isAsked(exchange)) {
            TouchedRules touched = new TouchedRules();
            exchange.isDryRun(touched);
            return TouchedRules.look(exchange, limits, rates).compose(look -> {
                touched.add(look);
                return next.handle(exchange);
            });
        }
        if (!limits.isEmpty()) {
            Problem tooLarge = RequestLimits.tooLarge(exchange, limits);
            if (tooLarge != null) {
                throw tooLarge;
            }
            RequestLimits.begin(exchange, limits);
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

    static int priority(Exchange exchange) {
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
                charges.keep(exchange, admitted);
                yield next.handle(exchange);
            }
        };
    }

    private void cutStopped(RuleBook book) {
        for (Exchange exchange : List.copyOf(underWay)) {
            Stop stop = book.stops().of(exchange.governed().traits());
            var candidate = exchange.candidateOrNull();
            if (stop == null && candidate != null) {
                stop = book.stops().ofPlace(candidate.account().id(), candidate.model());
            }
            if (stop != null && stop.cutStreams()) {
                exchange.cut(ProblemCode.SPEND_STOPPED, "was cut off, because spend was stopped (" + stop.id() + ")");
            }
        }
    }
}
