package dev.tollgate.pricing;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import java.util.Set;

/**
 * What a usage costs. Computing it never fails, because a request that has already run must be booked; what could not be
 * said exactly is said beside the figure.
 *
 * @param money the cost of everything that has a price, rounded up to a whole nanodollar
 * @param saturated whether the true figure is beyond {@link Money}; {@code money} is then the most that it can hold
 * @param unpriced the meters that moved and have no price; {@code money} leaves them out, so it is a lower bound
 */
public record Cost(Money money, boolean saturated, Set<Meter> unpriced) {
    /** Whether {@code money} is the whole cost. */
    public boolean isExact() {
        return !saturated && unpriced.isEmpty();
    }
}
