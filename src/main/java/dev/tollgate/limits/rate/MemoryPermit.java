package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Refused;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What a request has of buckets in memory. */
final class MemoryPermit extends AtomicBoolean implements Permit {
    private static final long serialVersionUID = 1L;

    private final transient MemoryRates rates;
    private final transient List<Charge> charges;
    private final transient Cell[] cells;
    private final transient Object[] taken;
    private transient boolean @Nullable [] corrected;

    /** @param taken of each cell, or why its charge was left out */
    MemoryPermit(MemoryRates rates, List<Charge> charges, Cell[] cells, Object[] taken) {
        this.rates = rates;
        this.charges = charges;
        this.cells = cells;
        this.taken = taken;
    }

    @Override
    public void correct(int index, long actualCost) {
        Charge charge = charges.get(index);
        if (!(charge.bucket().kind() instanceof Rate) || isLeftOut(index) || isCorrected(index)) {
            return;
        }
        long more = actualCost - charge.cost();
        if (more > 0) {
            rates.force(charge.bucket(), more);
        } else if (more < 0) {
            rates.giveBack((RateCell) cells[index], -more, (Gcra) taken[index]);
        }
    }

    private boolean isLeftOut(int index) {
        return taken[index] instanceof Refused;
    }

    /** Whether a charge was corrected before; from now on it was. */
    private boolean isCorrected(int index) {
        if (corrected == null) {
            corrected = new boolean[cells.length];
        }
        boolean before = corrected[index];
        corrected[index] = true;
        return before;
    }

    @Override
    public void release() {
        if (!compareAndSet(false, true)) {
            return;
        }
        for (int i = 0; i < cells.length; i++) {
            if (cells[i] instanceof SlotCell cell && !isLeftOut(i)) {
                cell.release(charges.get(i).cost());
            }
        }
    }
}
