package dev.tollgate.limits.budget;

import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.limits.budget.ShareStore.Standing;
import dev.tollgate.limits.budget.Waiters.Waiter;
import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one replica may use of a window without asking anybody. To hold is to take from what is free, by one
 * compare-and-set; whoever finds too little asks for more by {@link ShareCalls}. Safe for threads.
 *
 * <p>What a request costs beyond its hold changes nothing here: the store adds it to the share when it books it.
 */
final class Share {
    private final Window window;
    private final long epoch;
    private final ShareCalls calls;
    private final Waiters waiters = new Waiters();
    private final AtomicLong free = new AtomicLong();

    /** What is free and what is held, together. So a hold changes one number only. */
    private final AtomicLong unspent = new AtomicLong();

    private volatile long lastUsedMillis;
    private volatile boolean over;
    private volatile @Nullable Standing standing;

    /** @param numbers of calls, each greater than all before, whichever share they are for */
    Share(ShareStore store, LongSupplier numbers, Window window, long epoch, long nowMillis) {
        this.window = window;
        this.epoch = epoch;
        this.calls = new ShareCalls(store, numbers, this);
        this.lastUsedMillis = nowMillis;
    }

    Window window() {
        return window;
    }

    /** The run of this replica that the share was granted to. */
    long epoch() {
        return epoch;
    }

    Waiters waiters() {
        return waiters;
    }

    /** What may be held without asking. */
    long free() {
        return free.get();
    }

    /** What requests under way hold. */
    long held() {
        long nowFree = free.get(); // first, as settling changes it last
        return unspent.get() - nowFree;
    }

    /** Whether nothing is free and nothing held. */
    boolean isEmpty() {
        return unspent.get() == 0;
    }

    long lastUsedMillis() {
        return lastUsedMillis;
    }

    /** Whether the store has closed the window, though it may not be over by this replica's clock. */
    boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }

    /** Takes an amount, unless there is too little or somebody waits who came before. */
    boolean take(long amount, long nowMillis) {
        return (waiters.isEmpty() || amount <= 0) && takePastWaiters(amount, nowMillis);
    }

    /** The same for who has waited. Nothing can always be taken. */
    boolean takePastWaiters(long amount, long nowMillis) {
        if (lastUsedMillis != nowMillis) {
            lastUsedMillis = nowMillis;
        }
        if (amount <= 0) {
            return true;
        }
        for (long now = free.get(); now >= amount; now = free.get()) {
            if (free.compareAndSet(now, now - amount)) {
                return true;
            }
        }
        return false;
    }

    /** Gives back what was taken and not spent. */
    void putBack(long amount) {
        if (amount <= 0) {
            return;
        }
        free.addAndGet(amount);
        wakeFirst();
    }

    /**
     * Ends the hold of a request. What it may have spent stays out of use as well as what it has: in the store the doubt
     * takes the place of what was granted.
     *
     * @param gone what it has spent, or may have
     */
    void settle(long held, long gone, long nowMillis) {
        lastUsedMillis = nowMillis;
        if (held <= 0) {
            return;
        }
        long back = Math.clamp(held - gone, 0, held);
        unspent.addAndGet(back - held);
        putBack(back);
    }

    /** Adds what the store has granted; answers what is free now. */
    long add(long granted) {
        unspent.addAndGet(granted);
        return free.addAndGet(granted);
    }

    /** Takes note of how the window stands, what was just granted included. */
    void stands(Standing now) {
        standing = now;
    }

    /**
     * Percent of the window's amount, 0 to 100, that was granted to nobody when the store was asked last, or is unspent
     * here; 100 before it was asked.
     */
    int percentLeft() {
        Standing last = standing;
        if (last == null) {
            return 100;
        }
        double left = (double) last.free() + unspent.get();
        return last.amount() <= 0 ? 0 : (int) Math.clamp(100 * left / last.amount(), 0, 100);
    }

    /** Takes out of use all that is free and that nobody waits for; answers how much. */
    long takeOut() {
        Waiter first = waiters.first();
        for (long now = free.get(); now > 0 && (first == null || now < first.amount()); now = free.get()) {
            if (free.compareAndSet(now, 0)) {
                unspent.addAndGet(-now);
                return now;
            }
        }
        return 0;
    }

    /** Lets the one try again that has waited longest, if there is enough for it. It stays the first until it leaves. */
    void wakeFirst() {
        if (waiters.isEmpty()) {
            return;
        }
        Waiter first = waiters.first();
        if (first != null && free.get() >= first.amount()) {
            first.wake();
        }
    }

    /** Asks the store, so that an amount be free. */
    Future<Grant> ask(long amount, long nowNanos) {
        return calls.ask(amount, nowNanos);
    }

    /** Whether it would be well to ask for more before it is needed. */
    boolean isLow() {
        return calls.isLow(free.get());
    }

    /** Asks for an amount beyond what is free; an answer that gives nothing is of no interest. */
    void refill(long amount, long nowNanos) {
        var _ = calls.refill(amount, nowNanos);
    }

    /** What requests need as a rule; 0 where none has asked yet. */
    long usualAmount() {
        return calls.lastAmount();
    }

    /** Gives back what is free, for other replicas. */
    Future<Void> giveBack(long nowNanos) {
        return calls.giveBack(nowNanos);
    }

    /** Asks anew from now on, though it was refused a moment ago. */
    void forgetRefusal() {
        calls.forgetRefusal();
    }

    /**
     * Ends the use of a share of which nothing is free, held or under way; answers whether that is so. Whoever has
     * found it before looks for another one then.
     */
    boolean retire() {
        return calls.retire();
    }
}
