package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Refused;
import org.jspecify.annotations.Nullable;

/** A bucket in memory. One that was evicted takes nothing any more; there is a new one under its key. */
sealed interface Cell permits RateCell, SlotCell {

    /** Why a charge would be refused now; null where it would not. */
    @Nullable
    Refused refusal(int index, Charge charge, long now);

    /** Charges. Returns what {@link #undo} needs, or null where that is refused, or the cell was evicted. */
    @Nullable
    Object take(Charge charge, long now);

    /** Takes back what {@link #take} did. */
    void undo(Charge charge, Object taken, long now);

    /** How the bucket stands after {@link #take}. */
    Standing standing(Charge charge, Object taken, long now);

    /** From now on there is so much of the limit here. What remains stays, up to that. */
    void share(Share share, long now);

    boolean isEvicted();

    /** What would be forgiven if this were evicted; 0 where it is as good as new. */
    long weight(long now);

    /** Evicts it unless it weighs more. */
    boolean evict(long weight, long now);
}
