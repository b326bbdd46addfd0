package dev.tollgate.limits.budget;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is held of budgets for one request, from before it is sent until its entry is in the journal. It ends once, by its
 * own exchange, never by a timer.
 */
public final class Hold {
    private final Want want;
    private final Share[] shares;
    private final long[] amounts;
    private final List<Budget> exceeded;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** @param amounts what was taken of each share; 0 where the budget only counts, or lets the request through */
    Hold(Want want, Share[] shares, long[] amounts, List<Budget> exceeded) {
        this.want = want;
        this.shares = shares;
        this.amounts = amounts;
        this.exceeded = exceeded;
    }

    /**
     * Takes from all shares or from none; answers the first that has too little, or null.
     *
     * @param waiting the request, where it may have waited for its turn
     */
    @Nullable
    Share take(long nowMillis, @Nullable Admission waiting) {
        for (int i = 0; i < shares.length; i++) {
            Share share = shares[i];
            boolean isTaken = waiting != null && waiting.mayTakeOf(share)
                    ? share.takePastWaiters(amounts[i], nowMillis)
                    : share.take(amounts[i], nowMillis);
            if (!isTaken) {
                putBack(i);
                return share;
            }
        }
        return null;
    }

    private void putBack(int end) {
        for (int i = 0; i < end; i++) {
            shares[i].putBack(amounts[i]);
        }
    }

    /** Asks ahead for more where half of what was granted is used. */
    void refillWhatIsLow(LongSupplier nanoTime) {
        for (int i = 0; i < shares.length; i++) {
            if (shares[i].isLow()) {
                shares[i].refill(amounts[i], nanoTime.getAsLong());
            }
        }
    }

    /** What it was made for: what was asked, or that fitted to what was left. */
    public Want want() {
        return want;
    }

    /** Budgets that let the request through although there is not enough left: shadow ones, or in an outage. */
    public List<Budget> exceeded() {
        return exceeded;
    }

    public boolean isEmpty() {
        return shares.length == 0;
    }

    /** The run of this replica that holds; all its shares are of one. Not for an empty hold. */
    public long epoch() {
        return shares[0].epoch();
    }

    /** The windows that the request counts in. */
    public long[] windowIds() {
        long[] ids = new long[shares.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = shares[i].window().id();
        }
        return ids;
    }

    /** What is held of each window, or less where no more than that may have been used. */
    public long[] amountsUpTo(@Nullable Amounts atMost) {
        long[] least = amounts.clone();
        for (int i = 0; atMost != null && i < least.length; i++) {
            least[i] = Math.min(least[i], atMost.of(shares[i].window().measure()));
        }
        return least;
    }

    /**
     * Gives back what can't have been used, after the journal knows that no more was; the rest stays held until it is
     * settled.
     */
    public void keepUpTo(Amounts atMost) {
        if (ended.get()) {
            return;
        }
        for (int i = 0; i < shares.length; i++) {
            long kept = Math.min(amounts[i], atMost.of(shares[i].window().measure()));
            shares[i].putBack(amounts[i] - kept);
            amounts[i] = kept;
        }
    }

    /**
     * Says what the request has used, after its entry is in the journal.
     *
     * @param atMost what it may have used, of which the difference stays out of use; null where what it used is known
     */
    public void settle(Amounts used, @Nullable Amounts atMost, long nowMillis) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        for (int i = 0; i < shares.length; i++) {
            Measure measure = shares[i].window().measure();
            long spent = used.of(measure);
            long gone = atMost == null ? spent : Math.max(spent, Math.min(amounts[i], atMost.of(measure)));
            shares[i].settle(amounts[i], gone, nowMillis);
        }
    }

    /** Gives everything back, for a request that was not sent. */
    public void release() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        putBack(shares.length);
    }
}
