package dev.tollgate.limits.budget;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Holds money, tokens and requests of budgets for requests before they are sent, so that no hard budget is overspent,
 * however many requests and replicas there are. In the steady state a hold is one compare-and-set per budget, on what was
 * granted to this replica before; ADR 0020 has the protocol and why it is safe. Safe for threads.
 */
public final class Budgets {
    private final ShareStore store;
    private final Supplier<Future<Long>> epochs;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Timers timers;
    private final Settings settings;
    private final Shares shares = new Shares();
    private final Upkeep upkeep = new Upkeep(this, shares);
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong overdrawn = new AtomicLong();

    /**
     * @param patienceMillis how long a request waits for others that hold what is left
     * @param overdraftNanos what this replica may let through, until it starts anew, without knowing that it is there, while
     *     the store is away; 0 refuses
     */
    public record Settings(long patienceMillis, long overdraftNanos) {
        public static final Settings DEFAULT = new Settings(500, 0);
    }

    /** @param epochs the run of this replica, as the store knows it; asked when it is needed first, or was lost */
    public Budgets(
            ShareStore store,
            Supplier<Future<Long>> epochs,
            InstantSource clock,
            LongSupplier nanoTime,
            Timers timers,
            Settings settings) {
        this.store = store;
        this.epochs = epochs;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.timers = timers;
        this.settings = settings;
    }

    /**
     * Holds what a request may use at most of all budgets, or of none. Fails with a {@link BudgetRefusal}.
     *
     * @param executor where the request is, and where the future completes if not at once
     */
    public Future<Hold> hold(List<Budget> rules, Traits traits, Want want, Executor executor) {
        Hold atHand = tryHold(rules, traits, want);
        if (atHand != null) {
            return Future.succeededFuture(atHand);
        }
        List<String> subjects =
                rules.stream().map(rule -> rule.scope().subject(traits)).toList();
        return new Admission(this, rules, subjects, want, executor, settings.patienceMillis).start();
    }

    /** Holds where all of it is at hand; null where somebody would have to be asked or waited for. */
    public @Nullable Hold tryHold(List<Budget> rules, Traits traits, Want want) {
        long now = clock.millis();
        Share[] found = find(rules, traits, now);
        if (found == null) {
            return null;
        }
        Hold hold = new Hold(want, found, amounts(rules, found, want.most()), List.of());
        if (hold.take(now, null) != null) {
            return null;
        }
        hold.refillWhatIsLow(nanoTime);
        return hold;
    }

    /** The shares of all budgets, all of one run; null where one is missing. */
    private Share @Nullable [] find(List<Budget> rules, Traits traits, long now) {
        Share[] found = new Share[rules.size()];
        for (int i = 0; i < found.length; i++) {
            Budget rule = rules.get(i);
            Share share = share(rule, rule.scope().subject(traits), now);
            if (share == null || (i > 0 && share.epoch() != found[0].epoch())) {
                return null;
            }
            found[i] = share;
        }
        return found;
    }

    private static long[] amounts(List<Budget> rules, Share[] found, Amounts most) {
        long[] amounts = new long[found.length];
        for (int i = 0; i < found.length; i++) {
            amounts[i] = rules.get(i).mode() == Mode.SOFT
                    ? 0
                    : most.of(found[i].window().measure());
        }
        return amounts;
    }

    @Nullable
    Share share(Budget budget, String subject, long epochMillis) {
        return shares.at(budget.id(), subject, epochMillis);
    }

    /** Has the window of an instant opened, or the one after it where that is closed, and makes a share of it. */
    Future<Share> openWindow(Budget budget, String subject, long epochMillis) {
        long at = shares.timeAt(budget.id(), subject, epochMillis);
        return epochs.get()
                .compose(epoch -> store.windowAt(budget, subject, at).map(window -> {
                    long now = clock.millis();
                    return shares.add(new Share(store, calls::incrementAndGet, window, epoch, now), now);
                }));
    }

    /** Forgets shares of a run that has lost its place; what is held on them is settled on them all the same. */
    public void forgetUpTo(long epoch) {
        shares.removeUpTo(epoch);
    }

    /** Whether requests under way still hold something of runs that were forgotten. */
    public boolean isHeldByForgotten() {
        return shares.isHeldByForgotten();
    }

    void recall(Share share) {
        var _ = store.recall(share.window().id());
    }

    /** Takes from what may be let through unseen, or gives back if negative; whether there was enough. */
    boolean overdraw(long amount) {
        long sum = overdrawn.addAndGet(amount);
        if (amount > 0 && (sum < 0 || sum > settings.overdraftNanos)) {
            overdrawn.addAndGet(-amount);
            return false;
        }
        return true;
    }

    long millis() {
        return clock.millis();
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    Runnable after(long millis, Runnable action) {
        return timers.after(millis, action);
    }

    /** Gives back what is free of windows that others want something of. */
    public Future<Void> recalled(Collection<Long> windowIds) {
        List<Share> recalled = new ArrayList<>(0);
        for (Long id : windowIds) {
            Share share = shares.ofWindow(id);
            if (share != null) {
                recalled.add(share);
            }
        }
        return upkeep.giveBack(recalled);
    }

    /** To be called when rules have changed: what was refused a moment ago may be had now. */
    public void forgetRefusals() {
        shares.all().forEach(Share::forgetRefusal);
    }

    /**
     * What is to be done every second or so: windows that begin soon are opened, spread over a minute; of those that are
     * over, and of those that nobody uses, what is free is given back.
     *
     * @param budgets by their ids, to open the next windows of
     */
    public Future<Void> tick(Function<String, @Nullable Budget> budgets) {
        return upkeep.tick(budgets);
    }

    /** Gives back all that is free, before the process ends. */
    public Future<Void> giveBackAll() {
        return upkeep.giveBack(shares.all());
    }

    /**
     * Percent of the hard budget of which the least is left, 0 to 100, as far as this replica knows: what it has unspent, and
     * what nobody had when it asked the store last. 100 where nothing is known.
     */
    public int percentLeft(List<Budget> rules, Traits traits) {
        long now = clock.millis();
        int least = 100;
        for (Budget rule : rules) {
            Share share = rule.mode() == Mode.HARD ? share(rule, rule.scope().subject(traits), now) : null;
            if (share != null) {
                least = Math.min(least, share.percentLeft());
            }
        }
        return least;
    }

    /** What requests under way hold of a window, on this replica. */
    public long held(long windowId) {
        Share share = shares.ofWindow(windowId);
        return share == null ? 0 : share.held();
    }

    /** What is free of a window on this replica. */
    public long free(long windowId) {
        Share share = shares.ofWindow(windowId);
        return share == null ? 0 : share.free();
    }

    /** Windows that this replica has a share of. */
    public int windowCount() {
        return shares.all().size();
    }
}
