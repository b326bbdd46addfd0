package dev.tollgate.pricing;

import java.math.BigInteger;

/**
 * What a markup and then a discount make of a cost, exactly: both are whole ten-thousandths of a percent, so that their
 * product is a whole number of trillionths.
 */
public record Factor(long trillionths) {
    public static final Factor ONE = new Factor(Percent.WHOLE * Percent.WHOLE);

    /** First the markup on top of the cost, then the discount off that. */
    static Factor of(Percent markup, Percent discount) {
        return new Factor(
                Math.multiplyExact(Percent.WHOLE + markup.tenThousandths(), Percent.WHOLE - discount.tenThousandths()));
    }

    public boolean isOne() {
        return trillionths == ONE.trillionths;
    }

    /** A sum that is not negative, times this, divided by a number, rounded up. */
    BigInteger dividedRoundedUp(BigInteger sum, long divisor) {
        BigInteger denominator = BigInteger.valueOf(ONE.trillionths).multiply(BigInteger.valueOf(divisor));
        return sum.multiply(BigInteger.valueOf(trillionths))
                .add(denominator.subtract(BigInteger.ONE))
                .divide(denominator);
    }
}
