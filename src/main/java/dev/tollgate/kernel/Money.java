package dev.tollgate.kernel;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * US dollars as whole nanodollars, so that sums are exact. The range is about ±9.2 billion dollars; arithmetic that
 * would leave it throws {@link ArithmeticException} instead of wrapping.
 */
public record Money(long nanos) implements Comparable<Money> {
    public static final Money ZERO = new Money(0);

    private static final int SCALE = 9;
    private static final long NANOS_PER_DOLLAR = 1_000_000_000;

    /** No exponents: {@code 1e999999999} is eleven characters and a gigabyte. */
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,10}(\\.[0-9]{1,9})?");

    /** Parses dollars such as {@code "12.50"}. More than nine decimals are refused, never rounded. */
    public static Money dollars(String dollars) {
        return new Money(nanosOf(dollars));
    }

    /** Whole nanodollars of a decimal number of dollars, exactly. */
    public static long nanosOf(String dollars) {
        if (!DECIMAL.matcher(dollars).matches()) {
            throw notDollars(dollars, null);
        }
        try {
            return new BigDecimal(dollars).movePointRight(SCALE).longValueExact();
        } catch (ArithmeticException e) {
            throw notDollars(dollars, e);
        }
    }

    private static IllegalArgumentException notDollars(String dollars, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "dollars: " + dollars
                        + " (expected: a decimal number of at most 9.2 billion with at most nine decimals)",
                cause);
    }

    public Money plus(Money other) {
        return new Money(Math.addExact(nanos, other.nanos));
    }

    public Money minus(Money other) {
        return new Money(Math.subtractExact(nanos, other.nanos));
    }

    /** Plain decimal dollars without trailing zeros and without an exponent, for example {@code 0.0001875}. */
    public String toDollars() {
        long whole = nanos / NANOS_PER_DOLLAR;
        long fraction = Math.abs(nanos % NANOS_PER_DOLLAR);
        String dollars = whole == 0 && nanos < 0 ? "-0" : Long.toString(whole);
        if (fraction == 0) {
            return dollars;
        }
        String digits = Long.toString(NANOS_PER_DOLLAR + fraction); // a one before them keeps their leading zeros
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return dollars + '.' + digits.substring(1, end);
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(nanos, other.nanos);
    }

    @Override
    public String toString() {
        return "$" + toDollars();
    }
}
