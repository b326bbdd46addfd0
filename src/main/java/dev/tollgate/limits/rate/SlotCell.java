package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Reason;
import dev.tollgate.limits.rate.Decision.Refused;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The bucket of concurrency: how many slots are taken. */
final class SlotCell extends AtomicLong implements Cell {
    /** When a slot comes back is not known; this is when it is worth asking again. */
    static final long RETRY_AFTER_MILLIS = 1_000;

    private static final long serialVersionUID = 1L;
    private static final long EVICTED = -1;

    private transient volatile Share share;

    SlotCell(Share share) {
        this.share = share;
    }

    @Override
    public @Nullable Refused refusal(int index, Charge charge, long now) {
        long taken = Math.max(0, get());
        if (charge.cost() > max(charge)) {
            return new Refused(index, Reason.LARGER_THAN_LIMIT, 0, standing(charge, taken));
        }
        return charge.cost() == 0 || taken + charge.cost() <= shared(charge)
                ? null
                : new Refused(index, Reason.CONCURRENCY, RETRY_AFTER_MILLIS, standing(charge, taken));
    }

    @Override
    public @Nullable Object take(Charge charge, long now) {
        if (charge.cost() == 0) {
            return this;
        }
        while (true) {
            long taken = get();
            if (taken == EVICTED || taken + charge.cost() > shared(charge)) {
                return null;
            }
            if (compareAndSet(taken, taken + charge.cost())) {
                return this;
            }
        }
    }

    @Override
    public void undo(Charge charge, Object taken, long now) {
        release(charge.cost());
    }

    /** Takes slots, free or not. False where the cell was evicted. */
    boolean force(long slots) {
        return getAndUpdate(taken -> taken == EVICTED ? EVICTED : taken + slots) != EVICTED;
    }

    /** What was taken comes back; until then the cell is not evicted. */
    void release(long slots) {
        addAndGet(-slots);
    }

    @Override
    public Standing standing(Charge charge, Object taken, long now) {
        return standing(charge, get());
    }

    @Override
    public void share(Share newShare, long now) {
        share = newShare;
    }

    @Override
    public boolean isEvicted() {
        return get() == EVICTED;
    }

    @Override
    public long weight(long now) {
        return get() > 0 ? Long.MAX_VALUE : 0;
    }

    @Override
    public boolean evict(long weight, long now) {
        return compareAndSet(0, EVICTED);
    }

    private Standing standing(Charge charge, long taken) {
        return new Standing(max(charge), Math.max(0, shared(charge) - taken), 0);
    }

    private long shared(Charge charge) {
        return share.of(max(charge));
    }

    private static long max(Charge charge) {
        return ((Concurrency) charge.bucket().kind()).max();
    }
}
