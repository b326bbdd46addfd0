package dev.tollgate.pricing;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/** A percentage as whole ten-thousandths of a percent, so that it is exact: 12.5 percent are 125,000. */
public record Percent(long tenThousandths) {
    public static final Percent ZERO = new Percent(0);

    /** A hundred percent. */
    static final long WHOLE = 1_000_000;

    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,5}(\\.[0-9]{1,4})?");

    /** Parses {@code "12.5"}: not negative, at most four decimals; anything else is refused, never rounded. */
    public static Percent parse(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    text + " (expected: a decimal number of percent with at most four decimals, such as 12.5)");
        }
        return new Percent(new BigDecimal(text).movePointRight(4).longValueExact());
    }

    /** Plain decimals without trailing zeros: {@code 12.5}. */
    @Override
    public String toString() {
        return tenThousandths == 0
                ? "0"
                : BigDecimal.valueOf(tenThousandths, 4).stripTrailingZeros().toPlainString();
    }
}
