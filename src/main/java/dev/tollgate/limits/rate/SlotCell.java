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

    @Override
    public @Nullable Refused refusal(int index, Charge charge, long now) {
        long max = max(charge);
        long taken = Math.max(0, get());
        if (charge.cost() > max) {
            return new Refused(index, Reason.LARGER_THAN_LIMIT, 0, standing(max, taken));
        }
        return charge.cost() == 0 || taken + charge.cost() <= max
                ? null
                : new Refused(index, Reason.CONCURRENCY, RETRY_AFTER_MILLIS, standing(max, taken));
    }

    @Override
    public @Nullable Object take(Charge charge, long now) {
        if (charge.cost() == 0) {
            return this;
        }
        while (true) {
            long taken = get();
            if (taken == EVICTED || taken + charge.cost() > max(charge)) {
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

    /** What was taken comes back; until then the cell is not evicted. */
    void release(long slots) {
        addAndGet(-slots);
    }

    @Override
    public Standing standing(Charge charge, Object taken, long now) {
        return standing(max(charge), get());
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

    private static Standing standing(long max, long taken) {
        return new Standing(max, Math.max(0, max - taken), 0);
    }

    private static long max(Charge charge) {
        return ((Concurrency) charge.bucket().kind()).max();
    }
}
