package dev.tollgate.pricing;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A price per meter, in nanodollars per million units. Which price holds for a meter that has none of its own is decided
 * once, here, so that pricing a request is one multiplication per meter that moved.
 */
public final class Rates {
    private static final long NONE = -1;
    private static final long UNITS_PER_PRICE = 1_000_000;
    private static final Meter[] METERS = Meter.values();

    /** The prices as given, own or inherited; what other rates inherit. */
    private final long[] stated;

    /** The prices as charged. */
    private final long[] charged;

    private Rates(long[] stated, long[] charged) {
        this.stated = stated;
        this.charged = charged;
    }

    /**
     * Rates from the prices that are given. A meter without one is charged as {@link Meter#pricedAs()}; where that leads
     * to no price either it is unpriced. A price of zero is a price.
     */
    static Rates of(Map<Meter, Long> prices) {
        long[] none = new long[Meter.COUNT];
        Arrays.fill(none, NONE);
        return inheriting(new Rates(none, none), prices);
    }

    /**
     * These rates with some prices replaced, as a tier or a long-context step states them. A meter that is not replaced
     * follows the new price of {@link Meter#pricedAs()} or keeps its own stated one, whichever is dearer: a tier that
     * forgets to mention audio must not charge it as text.
     */
    Rates with(Map<Meter, Long> prices) {
        return inheriting(this, prices);
    }

    private static Rates inheriting(Rates base, Map<Meter, Long> prices) {
        long[] stated = base.stated.clone();
        long[] charged = new long[Meter.COUNT];
        for (Meter meter : METERS) { // declared after the meter that it is priced as, so that one pass is enough
            int i = meter.ordinal();
            Meter pricedAs = meter.pricedAs();
            Long own = prices.get(meter);
            if (own != null) {
                stated[i] = own;
                charged[i] = own;
            } else {
                charged[i] = Math.max(stated[i], pricedAs == null ? NONE : charged[pricedAs.ordinal()]);
            }
        }
        return new Rates(stated, charged);
    }

    /** For each meter the higher price of the two. */
    Rates dearerOf(Rates other) {
        if (isNowhereBelow(other)) {
            return this;
        }
        if (other.isNowhereBelow(this)) {
            return other;
        }
        long[] dearer = new long[Meter.COUNT];
        Arrays.setAll(dearer, i -> Math.max(charged[i], other.charged[i]));
        return new Rates(dearer, dearer);
    }

    private boolean isNowhereBelow(Rates other) {
        return IntStream.range(0, Meter.COUNT).allMatch(i -> charged[i] >= other.charged[i]);
    }

    /** The highest price among some meters, in nanodollars per million units, or -1 where all of them are unpriced. */
    public long dearest(List<Meter> meters) {
        long dearest = NONE;
        for (int i = 0; i < meters.size(); i++) {
            dearest = Math.max(dearest, charged[meters.get(i).ordinal()]);
        }
        return dearest;
    }

    /** Nanodollars per million units, or empty where the meter is unpriced. */
    public OptionalLong price(Meter meter) {
        long price = charged[meter.ordinal()];
        return price == NONE ? OptionalLong.empty() : OptionalLong.of(price);
    }

    /**
     * The cost of a usage: the sum over all meters at full precision, rounded up once. Up, because a budget must never be
     * charged less than the provider will charge.
     */
    public Cost costRoundedUp(Usage usage) {
        // The sum is a 128-bit number, high and low. A sum whose high half reaches a million does not fit Money.
        long high = 0;
        long low = 0;
        Set<Meter> unpriced = Set.of();
        for (Meter meter : METERS) {
            long count = usage.count(meter);
            if (count == 0) {
                continue;
            }
            long price = charged[meter.ordinal()];
            if (price == NONE) {
                unpriced = plus(unpriced, meter);
            } else if (high < UNITS_PER_PRICE) {
                long product = count * price;
                low += product;
                high += Math.multiplyHigh(count, price) + (Long.compareUnsigned(low, product) < 0 ? 1 : 0);
            }
        }
        long nanos = high < UNITS_PER_PRICE ? dividedRoundedUp(high, low) : NONE;
        return nanos < 0
                ? new Cost(new Money(Long.MAX_VALUE), true, unpriced)
                : new Cost(new Money(nanos), false, unpriced);
    }

    /**
     * The cost of a usage times a factor: the sum over all meters and the factor at full precision, rounded up once. For
     * the few whose terms have a factor, so that it may take its time.
     */
    public Cost costRoundedUp(Usage usage, Factor factor) {
        if (factor.isOne()) {
            return costRoundedUp(usage);
        }
        BigInteger sum = BigInteger.ZERO;
        Set<Meter> unpriced = Set.of();
        for (Meter meter : METERS) {
            long count = usage.count(meter);
            long price = charged[meter.ordinal()];
            if (count != 0 && price == NONE) {
                unpriced = plus(unpriced, meter);
            } else if (count != 0) {
                sum = sum.add(BigInteger.valueOf(count).multiply(BigInteger.valueOf(price)));
            }
        }
        BigInteger nanos = factor.dividedRoundedUp(sum, UNITS_PER_PRICE);
        return nanos.bitLength() >= Long.SIZE
                ? new Cost(new Money(Long.MAX_VALUE), true, unpriced)
                : new Cost(new Money(nanos.longValueExact()), false, unpriced);
    }

    /** A 128-bit sum per million units as whole nanodollars; negative if that is beyond a long. */
    static long dividedRoundedUp(long high, long low) {
        if (high == 0 && low >= 0) {
            return Math.ceilDiv(low, UNITS_PER_PRICE);
        }
        // Long division by hand with digits of 32 bits; high is below the divisor, so no digit overflows.
        long upper = (high << 32) | (low >>> 32);
        long lower = ((upper % UNITS_PER_PRICE) << 32) | (low & 0xFFFF_FFFFL);
        long upperDigit = upper / UNITS_PER_PRICE;
        if (upperDigit > Integer.MAX_VALUE) {
            return NONE;
        }
        // Adding one to the largest long wraps to a negative number, which is what "beyond" looks like.
        return (upperDigit << 32) + Math.ceilDiv(lower, UNITS_PER_PRICE);
    }

    private static Set<Meter> plus(Set<Meter> meters, Meter meter) {
        Set<Meter> more = EnumSet.of(meter);
        more.addAll(meters);
        return more;
    }
}
