package dev.tollgate.gateway;

import dev.tollgate.bounds.Bound;
import dev.tollgate.bounds.Certainty;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.UsageLimit.Kind;
import dev.tollgate.limits.budget.Amounts;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.BudgetRefusal;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.Hold;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.Stop;
import dev.tollgate.provider.Candidate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Holds what a request may cost at most of all budgets that count it, or of none, before it is sent; settles what it did
 * cost when its entry is in the journal. Where too little is left the request is made to ask for less, or refused.
 */
public final class HoldBudget implements Stage {
    private static final long ANY = Long.MAX_VALUE;

    /** A hundred percent, in hundredths of a percent. */
    private static final long WHOLE = 10_000;

    private final Budgets budgets;
    private final WorstCase worstCase;
    private final Settings settings;
    private final InstantSource clock;
    private final Executor executor;

    /**
     * How budgets are held.
     *
     * @param fits whether output is capped where too little is left for all that the caller may get
     * @param leastOutput tokens of an answer below which capping is of no use
     * @param unboundedAllowed whether requests go on whose cost nothing bounds, though a hard budget holds for them
     */
    public record Settings(boolean fits, long leastOutput, boolean unboundedAllowed) {
        public static final Settings DEFAULT = new Settings(true, 256, false);
    }

    HoldBudget(Budgets budgets, WorstCase worstCase, Settings settings, InstantSource clock, Context context) {
        this.budgets = budgets;
        this.worstCase = worstCase;
        this.settings = settings;
        this.clock = clock;
        this.executor = task -> context.runOnContext(_ -> task.run());
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        if (!exchange.path().operation().runsModel()) {
            return next.handle(exchange);
        }
        Governed governed = exchange.governed();
        refuseStopped(governed.book(), exchange.candidate());
        Traits of = governed.traits();
        List<Budget> counting = counting(governed.book(), of, exchange.candidate());
        if (counting.isEmpty() && !limitsEach(governed.limits()) && exchange.outputWithin() < 0) {
            return next.handle(exchange);
        }
        Bound bound = worstCase.of(exchange);
        refuseUnbounded(counting, bound);
        OutputWant want = want(exchange, counting, bound);
        if (counting.isEmpty()) {
            return sent(exchange, want, next);
        }
        Hold hold = budgets.tryHold(counting, of, want);
        if (hold != null) {
            return held(exchange, hold, next);
        }
        // Not all is at hand: now it is worth while to count the tokens of the text.
        return worstCase
                .tighter(exchange)
                .map(tighter -> want(exchange, counting, tighter))
                .compose(tight -> budgets.hold(counting, of, tight, executor))
                .recover(HoldBudget::told)
                .compose(slowHold -> held(exchange, slowHold, next));
    }

    private static List<Budget> counting(RuleBook book, Traits of, Candidate candidate) {
        List<Budget> counting = book.budgets().of(of);
        List<Budget> ofAccount = book.budgets().ofAccount(candidate.account().id(), of);
        if (ofAccount.isEmpty()) {
            return counting;
        }
        List<Budget> all = new ArrayList<>(counting);
        all.addAll(ofAccount);
        return all;
    }

    private static void refuseStopped(RuleBook book, Candidate candidate) {
        Stop stop = book.stops().ofAccount(candidate.account().id());
        if (stop != null) {
            throw LimitProblems.stopped(stop);
        }
    }

    /** Whether there are limits of what one request may ask for, budgets aside. */
    private static boolean limitsEach(List<UsageLimit> limits) {
        for (UsageLimit limit : limits) {
            if (limit.kind() == Kind.OUTPUT_CAP || limit.kind() == Kind.PRICE_PER_REQUEST) {
                return true;
            }
        }
        return false;
    }

    /** The request within the limits of what one may ask for, and what is set for its feature. */
    private OutputWant want(Exchange exchange, List<Budget> counting, Bound bound) {
        List<UsageLimit> limits = exchange.governed().limits();
        long leastOutput = settings.fits ? settings.leastOutput : Long.MAX_VALUE;
        OutputWant want = OutputWant.of(bound, leastOutput);
        UsageLimit cap = LimitUse.least(limits, Kind.OUTPUT_CAP);
        if (cap != null) {
            want = want.cappedAt(cap.amount());
        }
        long within = exchange.outputWithin();
        if (within >= 0) {
            want = want.cappedAt(within);
        }
        for (UsageLimit limit : limits) {
            long most = limit.mode() == Mode.HARD
                    ? mostByLimit(limit, exchange.governed().book(), counting)
                    : ANY;
            if (want.most().charge() > most) {
                OutputWant cheaper = want.fitted(Measure.CHARGE, most);
                if (cheaper == null) {
                    throw BudgetProblems.tooDear(limit, most, want.most().charge());
                }
                want = cheaper;
            }
        }
        return want;
    }

    /** The nanodollars that a request may cost by a limit. */
    private static long mostByLimit(UsageLimit limit, RuleBook book, List<Budget> counting) {
        return switch (limit.kind()) {
            case PRICE_PER_REQUEST -> limit.amount();
            case SHARE_PER_REQUEST -> share(limit.amount(), book, counting);
            default -> ANY;
        };
    }

    /** So many hundredths of a percent of the smallest monthly budget of money that counts the request. */
    private static long share(long hundredths, RuleBook book, List<Budget> counting) {
        long least = ANY;
        for (Budget budget : counting) {
            Long amount = book.amounts().get(budget.id());
            if (amount != null
                    && budget.measure() == Measure.CHARGE
                    && budget.period().unit() == Period.Unit.MONTH) {
                least = Math.min(least, amount);
            }
        }
        return least == ANY ? ANY : least / WHOLE * hundredths + least % WHOLE * hundredths / WHOLE;
    }

    private void refuseUnbounded(List<Budget> counting, Bound bound) {
        if (settings.unboundedAllowed) {
            return;
        }
        for (Budget budget : counting) {
            Certainty certainty = switch (budget.measure()) {
                case CHARGE, PROVIDER_COST -> bound.certainty();
                case TOKENS, INPUT_TOKENS, OUTPUT_TOKENS -> bound.tokenCertainty();
                case REQUESTS -> Certainty.PROVEN;
            };
            boolean isCured = bound.work() != Certainty.UNBOUNDED && bound.isCappable();
            if (certainty == Certainty.UNBOUNDED && budget.mode() == Mode.HARD && !isCured) {
                throw BudgetProblems.unbounded(budget, bound.why());
            }
        }
    }

    private Future<Reply> held(Exchange exchange, Hold hold, Next next) {
        exchange.holds(hold);
        exchange.onBooked(entry -> end(exchange, hold, entry));
        return sent(exchange, (OutputWant) hold.want(), next);
    }

    private static Future<Reply> sent(Exchange exchange, OutputWant want, Next next) {
        if (want.isCapped()) {
            exchange.capOutput(want.bound());
        }
        return next.handle(exchange);
    }

    private void end(Exchange exchange, Hold hold, LedgerEntry entry) {
        if (entry.holds() == null) {
            hold.release();
            return;
        }
        Amounts used = new Amounts(
                entry.cost().charge().nanos(),
                entry.cost().providerCost().nanos(),
                entry.usage().inputTokens(),
                entry.usage().outputTokens(),
                /* requests= */ 1);
        hold.settle(used, exchange.inDoubt(), clock.millis());
    }

    private static Future<Hold> told(Throwable failure) {
        return Future.failedFuture(failure instanceof BudgetRefusal refusal ? BudgetProblems.of(refusal) : failure);
    }
}
