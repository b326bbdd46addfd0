package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.rules.RuleBounds;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Dollars as LiteLLM writes them: JSON numbers, here taken by their digits and never rounded. */
final class Dollars {
    private static final int DECIMALS = 9;
    private static final BigDecimal MOST = BigDecimal.valueOf(RuleBounds.MONEY_MAX, DECIMALS);

    private Dollars() {}

    /** Nanodollars; fails with {@code invalid_value} for what is none, negative, above a billion or finer than those. */
    static long nanos(String field, Object given) {
        BigDecimal dollars = number(given);
        if (dollars == null
                || dollars.signum() < 0
                || dollars.compareTo(MOST) > 0
                || dollars.stripTrailingZeros().scale() > DECIMALS) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    field + ": expected: a JSON number of dollars, 0 to "
                            + MOST.stripTrailingZeros().toPlainString() + " with at most nine decimals, such as 12.5",
                    field);
        }
        return dollars.movePointRight(DECIMALS).longValueExact();
    }

    private static @Nullable BigDecimal number(Object given) {
        return switch (given) {
            case BigDecimal number -> number;
            case BigInteger number -> new BigDecimal(number);
            case Integer number -> BigDecimal.valueOf(number);
            case Long number -> BigDecimal.valueOf(number);
            default -> null;
        };
    }
}
