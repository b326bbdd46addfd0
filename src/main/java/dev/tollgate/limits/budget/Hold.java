package dev.tollgate.limits.budget;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What is held of budgets for one request, from before it is sent until its entry is in the journal. It ends once, by its
 * own exchange, never by a timer.
 */
public final class Hold {
    private final Want want;
    private final Share[] shares;
    private final long[] amounts;
    private final boolean[] counts;
    private final List<Budget> exceeded;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param amounts what is held of each share
     * @param counts whether the share's budget only counts
     */
    Hold(Want want, Share[] shares, long[] amounts, boolean[] counts, List<Budget> exceeded) {
        this.want = want;
        this.shares = shares;
        this.amounts = amounts;
        this.counts = counts;
        this.exceeded = exceeded;
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

    /** The run of this replica that holds. */
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
        if (atMost != null) {
            for (int i = 0; i < least.length; i++) {
                least[i] = Math.min(least[i], atMost.of(shares[i].window().measure()));
            }
        }
        return least;
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
            Share share = shares[i];
            long spent = used.of(share.window().measure());
            if (counts[i]) {
                share.count(spent, nowMillis);
            } else {
                long doubt = atMost == null
                        ? 0
                        : Math.min(amounts[i], atMost.of(share.window().measure())) - spent;
                share.settle(amounts[i], spent, Math.max(0, doubt));
            }
        }
    }

    /** Gives everything back, for a request that was not sent. */
    public void release() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        for (int i = 0; i < shares.length; i++) {
            if (!counts[i] && amounts[i] > 0) {
                shares[i].putBack(amounts[i]);
            }
        }
    }
}
