package dev.tollgate.limits.rules;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a window of a budget stands, in what the budget measures.
 *
 * @param subject whose count it is, where the budget has one per something; else empty
 * @param startsAt null where the budget has no periods
 * @param endsAt the same
 * @param amount what may be used: that of the period, carried over, increases, top-ups
 * @param inForce the amount, or after a decrease what was used by then, if that is more
 * @param spent what was booked, and what was charged of what had been in doubt
 * @param held what replicas have for requests that are under way or come next
 * @param inDoubt what calls may have cost beyond what was booked
 * @param reserved for work that outlives a request
 */
public record WindowUse(
        long id,
        String subject,
        @Nullable Instant startsAt,
        @Nullable Instant endsAt,
        boolean open,
        long carried,
        long amount,
        long inForce,
        long spent,
        long held,
        long inDoubt,
        long reserved) {
    /** What neither was nor may have been spent; never negative. */
    public long remaining() {
        return Math.max(0, amount - spent - inDoubt - reserved);
    }
}
