package dev.tollgate.gateway;

import dev.tollgate.bounds.Bound;
import dev.tollgate.bounds.Certainty;
import dev.tollgate.ledger.EntryKind;
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
import dev.tollgate.provider.Candidate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
     * @param toolCalls how often a provider may use its tools where the request doesn't say, and a hard rule needs a bound; 0
     *     leaves it unbounded
     * @param unboundedAllowed whether requests go on whose cost nothing bounds, though a hard budget holds for them
     */
    public record Settings(boolean fits, long leastOutput, long toolCalls, boolean unboundedAllowed) {
        public static final Settings DEFAULT = new Settings(true, 256, 16, false);
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
        governed.refuseStopped(exchange.candidate());
        Traits of = governed.traits();
        List<Budget> counting = counting(governed.book(), of, exchange.candidate());
        if (counting.isEmpty() && !limitsEach(governed.limits()) && exchange.outputWithin() < 0) {
            return next.handle(exchange);
        }
        ToolCalls tools =
                ToolCalls.of(exchange, worstCase, () -> needsBound(exchange, counting) ? settings.toolCalls : 0);
        Bound bound = tools.isNone() ? worstCase.of(exchange) : tools.bound();
        TouchedRules touched = exchange.touchedOrNull();
        if (touched != null) {
            OutputWant want = want(exchange, counting, bound, tools);
            return tighter(exchange, counting, want).compose(tight -> {
                touched.wouldHold(counting, tight, budget -> isUnbounded(budget, bound));
                return sent(exchange, want, next);
            });
        }
        refuseUnbounded(counting, bound);
        OutputWant want = want(exchange, counting, bound, tools);
        if (counting.isEmpty()) {
            return sent(exchange, want, next);
        }
        Hold hold = budgets.tryHold(counting, of, want);
        if (hold != null) {
            return held(exchange, hold, next);
        }
        return tighter(exchange, counting, want)
                .compose(tight -> budgets.hold(counting, of, tight, executor))
                .recover(failure -> told(failure, tools))
                .compose(slowHold -> held(exchange, slowHold, next));
    }

    /** Where not all is at hand it is worth while to count the tokens of the text, unless tools read whole windows. */
    private Future<OutputWant> tighter(Exchange exchange, List<Budget> counting, OutputWant want) {
        return want.tools().isNone()
                ? worstCase.tighter(exchange).map(tighter -> want(exchange, counting, tighter, ToolCalls.NONE))
                : Future.succeededFuture(want);
    }

    /** Whether there is a hard rule of how much it may use. */
    private static boolean needsBound(Exchange exchange, List<Budget> counting) {
        return counting.stream().anyMatch(budget -> budget.mode() == Mode.HARD && budget.measure() != Measure.REQUESTS)
                || RequestLimits.least(exchange.governed().limits(), Kind.PRICE_PER_REQUEST) != null;
    }

    /** The budgets that count a request by the model that was asked for or by the one that is run, and the account's. */
    private static List<Budget> counting(RuleBook book, Traits of, Candidate candidate) {
        List<Budget> counting = book.budgets().of(of);
        List<Budget> ofAccount = book.budgets().ofAccount(candidate.account().id(), of);
        String run = candidate.model();
        boolean isOther = run != null && !run.equals(of.plainModel()) && !run.equals(of.model());
        if (ofAccount.isEmpty() && !isOther) {
            return counting;
        }
        Set<Budget> all = new LinkedHashSet<>(counting);
        all.addAll(ofAccount);
        if (run != null && isOther) {
            Traits running = of.running(run);
            all.addAll(book.budgets().of(running));
            all.addAll(book.budgets().ofAccount(candidate.account().id(), running));
        }
        return List.copyOf(all);
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
    private OutputWant want(Exchange exchange, List<Budget> counting, Bound bound, ToolCalls tools) {
        List<UsageLimit> limits = exchange.governed().limits();
        long leastOutput = settings.fits ? settings.leastOutput : Long.MAX_VALUE;
        OutputWant want = OutputWant.of(bound, tools, leastOutput);
        UsageLimit cap = RequestLimits.least(limits, Kind.OUTPUT_CAP);
        if (cap != null) {
            want = want.cappedAt(cap.amount());
        }
        long within = exchange.outputWithin();
        if (within >= 0) {
            want = want.cappedAt(within);
        }
        for (UsageLimit limit : limits) {
            long most = mostByLimit(limit, exchange.governed().book(), counting);
            if (most != ANY) {
                TouchedRules touched = exchange.touchedOrNull();
                want = touched == null ? within(exchange, limit, most, want) : touched.within(limit, most, want);
            }
        }
        return want;
    }

    /** The request within what one may cost by a limit; where that lets it through it stays as it is, and is noted. */
    private static OutputWant within(Exchange exchange, UsageLimit limit, long most, OutputWant want) {
        if (want.most().charge() <= most) {
            return want;
        }
        OutputWant cheaper = want.fitted(Measure.CHARGE, most);
        if (limit.mode() == Mode.HARD) {
            if (cheaper == null) {
                throw BudgetProblems.tooDear(limit, most, want.most().charge());
            }
            return cheaper;
        }
        if (cheaper == null) {
            exchange.beyond().add(limit);
        } else {
            exchange.beyond().watch(limit, most);
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
        for (Budget budget : counting) {
            if (isUnbounded(budget, bound)) {
                throw BudgetProblems.unbounded(budget, bound.why());
            }
        }
    }

    /** Whether a request is refused because nothing bounds what it uses of a hard budget. */
    private boolean isUnbounded(Budget budget, Bound bound) {
        Certainty certainty = switch (budget.measure()) {
            case CHARGE, PROVIDER_COST -> bound.certainty();
            case TOKENS, INPUT_TOKENS, OUTPUT_TOKENS -> bound.tokenCertainty();
            case REQUESTS -> Certainty.PROVEN;
        };
        boolean isCured = bound.work() != Certainty.UNBOUNDED && bound.isCappable();
        return !settings.unboundedAllowed && certainty == Certainty.UNBOUNDED && budget.mode() == Mode.HARD && !isCured;
    }

    private Future<Reply> held(Exchange exchange, Hold hold, Next next) {
        exchange.holds(hold);
        exchange.onBooked(entry -> end(exchange, hold, entry));
        return sent(exchange, (OutputWant) hold.want(), next);
    }

    private static Future<Reply> sent(Exchange exchange, OutputWant want, Next next) {
        ask(exchange, want);
        return next.handle(exchange);
    }

    /** Makes a request ask for no more than it may use. */
    static void ask(Exchange exchange, OutputWant want) {
        if (want.isCapped()) {
            exchange.capOutput(want.bound());
        }
        long calls = want.tools().most();
        if (calls > 0 && calls != exchange.body().facts().work().maxToolCalls()) {
            exchange.read(exchange.body().withToolCalls(calls));
            exchange.isCapped();
        }
    }

    private void end(Exchange exchange, Hold hold, LedgerEntry entry) {
        Exchange.Apart apart = exchange.apartOf(hold);
        if (apart != null) {
            hold.settle(used(apart.entry()), apart.inDoubt(), clock.millis());
        } else if (exchange.holdOrNull() != hold || entry.holds() == null) {
            hold.release();
        } else {
            hold.settle(used(entry), exchange.inDoubt(), clock.millis());
        }
    }

    /** What an entry counts in the windows of budgets. */
    static Amounts used(LedgerEntry entry) {
        return new Amounts(
                entry.cost().charge().nanos(),
                entry.cost().providerCost().nanos(),
                entry.usage().inputTokens(),
                entry.usage().outputTokens(),
                entry.kind() == EntryKind.REQUEST ? 1 : 0);
    }

    private static Future<Hold> told(Throwable failure, ToolCalls tools) {
        return Future.failedFuture(
                failure instanceof BudgetRefusal refusal ? BudgetProblems.of(refusal, tools) : failure);
    }
}
