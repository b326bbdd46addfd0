package dev.tollgate.pricing;

import java.math.BigInteger;

/**
 * A cost that grows with the output: an amount that is fixed, and a price for each token that comes out, both multiplied
 * by a factor. Exact: sums are 128-bit numbers of nanodollars per million units, rounded up once. Immutable.
 *
 * @param high the fixed amount's upper half; one that reaches a million means that the amount is beyond a long
 * @param low its lower half, unsigned
 * @param perToken nanodollars per million output tokens
 */
public record CostLine(long high, long low, long perToken, Factor factor) {
    private static final long UNITS_PER_PRICE = 1_000_000;

    /** Nothing, whatever comes out. */
    public static final CostLine FREE = new CostLine(0, 0, 0, Factor.ONE);

    /** This line with so many units more at a price; neither is negative. */
    public CostLine plus(long units, long price) {
        long product = units * price;
        if (high >= UNITS_PER_PRICE || (product == 0 && Math.multiplyHigh(units, price) == 0)) {
            return this;
        }
        long sum = low + product;
        long carry = Long.compareUnsigned(sum, product) < 0 ? 1 : 0;
        return new CostLine(high + Math.multiplyHigh(units, price) + carry, sum, perToken, factor);
    }

    /** Whether it costs nothing whatever comes out. */
    public boolean isFree() {
        return factor.trillionths() == 0 || ((high | low | perToken) == 0);
    }

    /** This line with another price of the output. */
    public CostLine perToken(long price) {
        return new CostLine(high, low, price, factor);
    }

    /** This line with everything multiplied by a factor. */
    public CostLine times(Factor other) {
        return new CostLine(high, low, perToken, other);
    }

    /**
     * Whole nanodollars for so many output tokens, rounded up; {@link Long#MAX_VALUE} also for what is beyond it, or
     * twice beyond it before the factor.
     */
    public long nanosAt(long outputTokens) {
        CostLine sum = plus(outputTokens, perToken);
        if (!factor.isOne()) {
            return sum.multiplied();
        }
        long nanos = sum.high < UNITS_PER_PRICE ? Rates.dividedRoundedUp(sum.high, sum.low) : -1;
        return nanos < 0 ? Long.MAX_VALUE : nanos;
    }

    private long multiplied() {
        if (high >= UNITS_PER_PRICE) {
            return Long.MAX_VALUE;
        }
        BigInteger sum = BigInteger.valueOf(high)
                .shiftLeft(Long.SIZE)
                .add(BigInteger.valueOf(low >>> 1).shiftLeft(1))
                .add(BigInteger.valueOf(low & 1));
        BigInteger nanos = factor.dividedRoundedUp(sum, UNITS_PER_PRICE);
        return nanos.bitLength() >= Long.SIZE ? Long.MAX_VALUE : nanos.longValueExact();
    }
}
