package dev.tollgate.limits.budget;

import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.limits.budget.ShareStore.Standing;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one replica may use of a window without asking anybody. To hold is to take from what is free, by one
 * compare-and-set; whoever finds too little asks the store for more. What is known here is only this replica's part; how
 * the window stands on the whole is what the store said last.
 *
 * <p>Free can fall below zero, by what requests cost beyond their holds; the next grant fills that up.
 */
final class Share {
    /** How long a refusal by the store is remembered, so that a window that is used up does not ask for every request. */
    private static final long REFUSAL_NANOS = 100_000_000L;

    private static final long SECONDS_AHEAD = 60;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final ShareStore store;
    private final Window window;
    private final long epoch;
    private final AtomicLong free = new AtomicLong();
    private final AtomicLong settled = new AtomicLong();
    private volatile long lastUsedMillis;
    private volatile int waiting;
    private volatile long refillBelow = Long.MIN_VALUE;

    // Guarded by this.
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    private long granted;
    private long doubted;
    private long call;
    private long returning;
    private @Nullable Lost lost;
    private @Nullable Future<Grant> asking;
    private Grant.@Nullable Refused refused;
    private long refusedNeed;
    private long refusedUntil;
    private long grantedNanos;
    private long freeWhenGranted;

    /** A call of whose answer nothing is known; it must be made again before any other. */
    private record Lost(long need, long want) {}

    /** A request that waits for others to give back what they hold. */
    interface Waiter {
        /** Tries again. Called on any thread. */
        void wake();
    }

    Share(ShareStore store, Window window, long epoch, long nowMillis) {
        this.store = store;
        this.window = window;
        this.epoch = epoch;
        this.lastUsedMillis = nowMillis;
    }

    Window window() {
        return window;
    }

    long epoch() {
        return epoch;
    }

    /** What may be held without asking. */
    long free() {
        return free.get();
    }

    /** What requests under way hold. */
    synchronized long held() {
        return granted - returning - doubted - free.get() - settled.get();
    }

    /** What requests of this run have spent. */
    long settled() {
        return settled.get();
    }

    synchronized int waitingCount() {
        return waiters.size();
    }

    long lastUsedMillis() {
        return lastUsedMillis;
    }

    /** Takes an amount, unless there is too little or somebody waits who came before. */
    boolean take(long amount, long nowMillis) {
        return waiting == 0 && takePastWaiters(amount, nowMillis);
    }

    /** The same for who was the first to wait. */
    boolean takePastWaiters(long amount, long nowMillis) {
        long now = free.get();
        while (now >= amount) {
            if (free.compareAndSet(now, now - amount)) {
                lastUsedMillis = nowMillis;
                return true;
            }
            now = free.get();
        }
        return false;
    }

    /** Whether it would be well to ask for more before it is needed. */
    boolean isLow() {
        return free.get() < refillBelow;
    }

    /** Gives back what was taken and not spent. */
    void putBack(long amount) {
        free.addAndGet(amount);
        if (waiting > 0) {
            wakeFirst();
        }
    }

    /** Books what a request has spent of what it held. What it may have spent beyond that stays out of use. */
    void settle(long held, long spent, long inDoubt) {
        settled.addAndGet(spent);
        long back = held - spent - inDoubt;
        if (inDoubt > 0) {
            synchronized (this) {
                doubted += inDoubt;
            }
        }
        if (back != 0) {
            putBack(back);
        }
    }

    /** Counts what was spent where nothing is held, because the budget only counts. */
    void count(long spent, long nowMillis) {
        settled.addAndGet(spent);
        lastUsedMillis = nowMillis;
    }

    /**
     * Asks the store for at least as much as a request needs beyond what is free. Whoever comes while a call is under way
     * gets the answer of that call, and has to look whether there is enough now.
     */
    synchronized Future<Grant> ask(long amount, long nowNanos) {
        if (asking != null) {
            return asking;
        }
        long need = Math.max(1, amount - free.get());
        if (refused != null && need >= refusedNeed && nowNanos - refusedUntil < 0) {
            return Future.succeededFuture(refused);
        }
        Future<Grant> answer = afterLostCalls(nowNanos)
                .compose(earlier -> earlier != null && free.get() >= amount
                        ? Future.succeededFuture(earlier)
                        : grant(need, Math.max(need, wanted(amount, nowNanos)), nowNanos));
        if (!answer.isComplete()) {
            asking = answer;
            answer.onComplete(_ -> answered());
        }
        return answer;
    }

    /** Asks ahead for what will be needed; an answer that gives nothing is of no interest. */
    Future<Grant> refill(long amount, long nowNanos) {
        refillBelow = Long.MIN_VALUE; // once
        return ask(Math.max(amount, free.get() + amount), nowNanos);
    }

    private void answered() {
        synchronized (this) {
            asking = null;
        }
        if (waiting > 0 && free.get() > 0) {
            wakeFirst();
        }
    }

    /** As much as is spent in a minute, by what was since the last grant. */
    private synchronized long wanted(long amount, long nowNanos) {
        if (grantedNanos == 0) {
            return amount;
        }
        long spent = Math.max(amount, freeWhenGranted - free.get());
        double seconds = Math.max(0.01, (double) (nowNanos - grantedNanos) / NANOS_PER_SECOND);
        return (long) Math.min(Long.MAX_VALUE / 4d, spent / seconds * SECONDS_AHEAD);
    }

    private Future<Grant> grant(long need, long want, long nowNanos) {
        long number;
        synchronized (this) {
            number = call + 1;
            lost = new Lost(need, want);
        }
        return store.grant(window.id(), epoch, number, need, want)
                .onSuccess(grant -> take(grant, number, need, nowNanos));
    }

    private synchronized void take(Grant grant, long number, long need, long nowNanos) {
        call = number;
        lost = null;
        if (grant instanceof Grant.Given given) {
            granted += given.amount();
            refused = null;
            freeWhenGranted = free.addAndGet(given.amount());
            grantedNanos = nowNanos;
            refillBelow = given.amount() > need ? given.amount() / 2 : Long.MIN_VALUE;
        } else if (grant instanceof Grant.Refused refusal) {
            refused = refusal;
            refusedNeed = need;
            refusedUntil = nowNanos + REFUSAL_NANOS;
            refillBelow = Long.MIN_VALUE;
        }
    }

    /** Makes calls again of which no answer came; what a grant among them gave, else null. */
    private Future<@Nullable Grant> afterLostCalls(long nowNanos) {
        Lost again;
        long owed;
        synchronized (this) {
            again = lost;
            owed = returning;
        }
        if (again != null) {
            return grant(again.need, again.want, nowNanos).map(grant -> grant);
        }
        return owed > 0 ? giveBackOwed().map(_ -> null) : Future.succeededFuture(null);
    }

    /** Gives what is free back to the store, for other replicas. While somebody waits here, nothing is to spare. */
    synchronized Future<Void> giveBackFree(long nowNanos) {
        if (asking != null) {
            return Future.succeededFuture(); // the next round will see what is left
        }
        if (returning == 0 && lost == null) {
            if (waiting > 0) {
                return Future.succeededFuture();
            }
            returning = takeFree();
        }
        if (returning == 0 && lost == null) {
            return Future.succeededFuture();
        }
        Future<Grant> answer = afterLostCalls(nowNanos)
                .map(grant -> grant == null ? new Grant.Closed() : grant); // only that it is over is of interest
        if (!answer.isComplete()) {
            asking = answer;
            answer.onComplete(_ -> answered());
        }
        return answer.mapEmpty();
    }

    private long takeFree() {
        long now = free.get();
        while (now > 0) {
            if (free.compareAndSet(now, 0)) {
                refillBelow = Long.MIN_VALUE;
                return now;
            }
            now = free.get();
        }
        return 0;
    }

    private Future<Void> giveBackOwed() {
        long number = call + 1;
        long owed = returning;
        return store.giveBack(window.id(), epoch, number, owed).onSuccess(_ -> {
            synchronized (this) {
                call = number;
                returning -= owed;
                granted -= owed;
            }
        });
    }

    /** Whether nothing of it is held, free or under way, so that it may be forgotten. */
    synchronized boolean isDone() {
        return asking == null && lost == null && returning == 0 && waiters.isEmpty() && free.get() <= 0 && held() <= 0;
    }

    /** What the store said last, or null where it has granted since. */
    synchronized @Nullable Standing refusedStanding() {
        return refused == null ? null : refused.standing();
    }

    /** Waits for others to put something back; true where there is enough by now, so that it need not. */
    synchronized boolean await(Waiter waiter, long amount, boolean first) {
        if (first) {
            waiters.addFirst(waiter);
        } else {
            waiters.addLast(waiter);
        }
        waiting = waiters.size();
        if (free.get() < amount) {
            return false;
        }
        leave(waiter);
        return true;
    }

    synchronized void leave(Waiter waiter) {
        waiters.remove(waiter);
        waiting = waiters.size();
    }

    /** Lets the one try again that has waited longest. */
    void wakeFirst() {
        Waiter first;
        synchronized (this) {
            first = waiters.pollFirst();
            waiting = waiters.size();
        }
        if (first != null) {
            first.wake();
        }
    }
}
