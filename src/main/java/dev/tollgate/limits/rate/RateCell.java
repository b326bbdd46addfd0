package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Reason;
import dev.tollgate.limits.rate.Decision.Refused;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The bucket of a rate: {@link Gcra}, replaced as one. */
@SuppressWarnings("ReferenceEquality") // States are compared as CAS does.
final class RateCell extends AtomicReference<Gcra> implements Cell {
    private static final long serialVersionUID = 1L;
    private static final Gcra EVICTED = Gcra.empty(Pace.of(new Rate(0, 1, 0)), 0);

    RateCell(Rate rate, Share share, long now) {
        super(Gcra.empty(Pace.of(rate, share), now));
    }

    @Override
    public @Nullable Refused refusal(int index, Charge charge, long now) {
        Rate rate = rate(charge);
        if (charge.cost() > rate.burst()) {
            return new Refused(
                    index, Reason.LARGER_THAN_LIMIT, 0, at(rate, get(), now).standing(now));
        }
        Gcra state = at(rate, get(), now);
        long wait = state.waitNanos(charge.cost(), now);
        return wait == 0 ? null : new Refused(index, Reason.RATE, Pace.millis(wait), state.standing(now));
    }

    @Override
    public @Nullable Object take(Charge charge, long now) {
        Rate rate = rate(charge);
        while (true) {
            Gcra before = get();
            if (before == EVICTED) {
                return null;
            }
            Gcra state = at(rate, before, now);
            if (state.waitNanos(charge.cost(), now) > 0) {
                return null;
            }
            Gcra after = state.charged(charge.cost(), now);
            if (after == before || compareAndSet(before, after)) {
                return after;
            }
        }
    }

    @Override
    public void undo(Charge charge, Object taken, long now) {
        giveBack(charge.cost(), (Gcra) taken, now);
    }

    /** Takes back so much of the charge that {@code taken} came from. An evicted cell has nothing to give. */
    void giveBack(long cost, Gcra taken, long now) {
        Gcra before;
        do {
            before = get();
        } while (before != EVICTED && !compareAndSet(before, before.givenBack(cost, taken, now)));
    }

    /** Charges more, conforming or not. False where the cell was evicted. */
    boolean force(long cost, long now) {
        Gcra before;
        do {
            before = get();
            if (before == EVICTED) {
                return false;
            }
        } while (!compareAndSet(before, before.charged(cost, now)));
        return true;
    }

    @Override
    public void share(Share share, long now) {
        Gcra before;
        do {
            before = get();
        } while (before != EVICTED
                && !before.pace().share().equals(share)
                && !compareAndSet(before, before.at(Pace.of(before.pace().rate(), share), now)));
    }

    @Override
    public Standing standing(Charge charge, Object taken, long now) {
        return ((Gcra) taken).standing(now);
    }

    @Override
    public boolean isEvicted() {
        return get() == EVICTED;
    }

    @Override
    public long weight(long now) {
        return get().aheadNanos(now);
    }

    @Override
    public boolean evict(long weight, long now) {
        Gcra state = get();
        return state != EVICTED && state.aheadNanos(now) <= weight && compareAndSet(state, EVICTED);
    }

    private static Rate rate(Charge charge) {
        return (Rate) charge.bucket().kind();
    }

    /** The state at the pace of the rate that was asked for, which may have been changed since. */
    private static Gcra at(Rate rate, Gcra state, long now) {
        Rate known = state.pace().rate();
        return known.equals(rate) ? state : state.at(Pace.of(rate, state.pace().share()), now);
    }
}
