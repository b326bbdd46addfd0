package dev.tollgate.limits.budget;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.budget.ShareStore.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
    private static final long NANOS_PER_MILLI = 1_000_000L;

    /** Windows are opened, and shares of them asked for, within this time before they begin. */
    private static final long AHEAD_MILLIS = 60_000;

    /** A share that was not used for so long is given back and forgotten. */
    private static final long IDLE_MILLIS = 600_000;

    private final ShareStore store;
    private final Supplier<Future<Long>> epochs;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Timers timers;
    private final Settings settings;
    private final Shares shares = new Shares();
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
        String[] subjects = new String[rules.size()];
        for (int i = 0; i < subjects.length; i++) {
            subjects[i] = rules.get(i).scope().subject(traits);
        }
        long patience = settings.patienceMillis * NANOS_PER_MILLI;
        return new Admission(this, rules, subjects, want, executor, Promise.promise(), patience).start();
    }

    /** Holds where all of it is at hand; null where somebody would have to be asked or waited for. */
    public @Nullable Hold tryHold(List<Budget> rules, Traits traits, Want want) {
        long now = clock.millis();
        @Nullable Share[] found = new @Nullable Share[rules.size()];
        for (int i = 0; i < found.length; i++) {
            Budget rule = rules.get(i);
            found[i] = shares.at(rule.id(), rule.scope().subject(traits), now);
            if (found[i] == null) {
                return null;
            }
        }
        boolean[] noneExempt = new boolean[found.length];
        if (takeAll(rules, found, noneExempt, want.most(), -1) >= 0) {
            return null;
        }
        refillWhatIsLow(found, want.most());
        return hold(want, rules, found, noneExempt, List.of());
    }

    private void refillWhatIsLow(@Nullable Share[] found, Amounts most) {
        for (Share share : found) {
            if (share != null && share.isLow()) {
                var _ = share.refill(most.of(share.window().measure()), nanoTime.getAsLong());
            }
        }
    }

    /**
     * Takes from all shares or from none; the place of the first that has too little, or -1.
     *
     * @param exempt budgets that count the request and don't hold for it
     * @param first a place where the request has waited for its turn, or -1
     */
    int takeAll(List<Budget> rules, @Nullable Share[] found, boolean[] exempt, Amounts most, int first) {
        long now = clock.millis();
        for (int i = 0; i < found.length; i++) {
            Share share = found[i];
            if (share == null || exempt[i] || rules.get(i).mode() == Mode.SOFT) {
                continue;
            }
            long amount = most.of(share.window().measure());
            boolean taken = i == first ? share.takePastWaiters(amount, now) : share.take(amount, now);
            if (!taken) {
                putBack(rules, found, exempt, most, i);
                return i;
            }
        }
        return -1;
    }

    private static void putBack(List<Budget> rules, @Nullable Share[] found, boolean[] exempt, Amounts most, int end) {
        for (int i = 0; i < end; i++) {
            Share share = found[i];
            if (share != null && !exempt[i] && rules.get(i).mode() != Mode.SOFT) {
                share.putBack(most.of(share.window().measure()));
            }
        }
    }

    /** The hold on shares from which all was taken. */
    Hold hold(Want want, List<Budget> rules, @Nullable Share[] found, boolean[] exempt, List<Budget> exceeded) {
        int count = 0;
        for (Share share : found) {
            count += share == null ? 0 : 1;
        }
        Share[] held = new Share[count];
        long[] amounts = new long[count];
        boolean[] counts = new boolean[count];
        int at = 0;
        for (int i = 0; i < found.length; i++) {
            Share share = found[i];
            if (share != null) {
                held[at] = share;
                counts[at] = rules.get(i).mode() == Mode.SOFT;
                amounts[at] = counts[at] || exempt[i]
                        ? 0
                        : want.most().of(share.window().measure());
                at++;
            }
        }
        return new Hold(want, held, amounts, counts, exceeded);
    }

    @Nullable
    Share shareAt(Budget budget, String subject, long epochMillis) {
        return shares.at(budget.id(), subject, epochMillis);
    }

    /** Has the window of an instant opened, and makes a share of it that has nothing yet. */
    Future<Share> openWindow(Budget budget, String subject, long epochMillis) {
        return epochs.get()
                .compose(epoch -> store.windowAt(budget, subject, epochMillis)
                        .map(window -> shares.add(new Share(store, window, epoch, clock.millis()), clock.millis())));
    }

    /** Forgets a share that is of no use any more; what is held on it is settled on it all the same. */
    void forget(Share share, boolean superseded) {
        shares.remove(share);
        if (superseded) {
            shares.all().stream().filter(each -> each.epoch() == share.epoch()).forEach(shares::remove);
        }
    }

    void recall(Share share) {
        var _ = store.recall(share.window().id());
    }

    boolean mayOverdraw(Share share, long amount) {
        if (!share.window().measure().isMoney() || settings.overdraftNanos == 0) {
            return false;
        }
        long sum = overdrawn.addAndGet(amount);
        if (sum < 0 || sum > settings.overdraftNanos) {
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
        List<Future<Void>> given = new ArrayList<>(0);
        for (Long id : windowIds) {
            Share share = shares.ofWindow(id);
            if (share != null) {
                given.add(share.giveBackFree(nanoTime.getAsLong()));
            }
        }
        return Future.join(given).mapEmpty();
    }

    /**
     * What is to be done every second or so: windows that begin soon are opened, spread over a minute; of those that are
     * over, and of those that nobody uses, what is free is given back.
     *
     * @param budgets by their ids, to open the next windows of
     */
    public Future<Void> tick(Function<String, @Nullable Budget> budgets) {
        long now = clock.millis();
        List<Future<?>> work = new ArrayList<>(0);
        for (Share share : shares.all()) {
            Window window = share.window();
            if (window.endsMillis() <= now) {
                shares.turn(window, now);
                work.add(giveUp(share));
            } else if (now - share.lastUsedMillis() > IDLE_MILLIS && window.startsMillis() <= now) {
                work.add(giveUp(share));
            } else if (window.endsMillis() - now <= AHEAD_MILLIS - spread(window) && !shares.hasNext(window)) {
                Budget budget = budgets.apply(window.budgetId());
                if (budget != null) {
                    work.add(openWindow(budget, window.subject(), window.endsMillis()));
                }
            }
        }
        return Future.join(work).mapEmpty();
    }

    private Future<Void> giveUp(Share share) {
        if (share.isDone()) {
            shares.remove(share);
            return Future.succeededFuture();
        }
        return share.giveBackFree(nanoTime.getAsLong());
    }

    /** Up to 50 of the 60 seconds. */
    private static long spread(Window window) {
        return (window.id() * 7_919L & 0x7FFF_FFFFL) % 50_000;
    }

    /** Gives back all that is free, before the process ends. */
    public Future<Void> giveBackAll() {
        return Future.join(shares.all().stream()
                        .map(share -> share.giveBackFree(nanoTime.getAsLong()))
                        .toList())
                .mapEmpty();
    }

    /** How a window stands that this replica has a share of, as far as the store said when it refused; else null. */
    public @Nullable Standing standing(Budget budget, Traits traits) {
        Share share = shares.at(budget.id(), budget.scope().subject(traits), clock.millis());
        return share == null ? null : share.refusedStanding();
    }

    /** What requests under way hold of a window, on this replica. */
    public long held(long windowId) {
        Share share = shares.ofWindow(windowId);
        return share == null ? 0 : share.held();
    }

    /** What is free of a window on this replica. */
    public long free(long windowId) {
        Share share = shares.ofWindow(windowId);
        return share == null ? 0 : Math.max(0, share.free());
    }

    /** Windows that this replica has a share of. */
    public int windowCount() {
        return shares.all().size();
    }
}
