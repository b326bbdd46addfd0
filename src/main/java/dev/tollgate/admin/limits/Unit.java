package dev.tollgate.admin.limits;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Measure;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How amounts are written: money, percentages and factors as decimal strings, what is counted as whole numbers. */
enum Unit {
    MONEY,
    COUNT,
    PERCENT,
    FACTOR;

    private static final String CURRENCY = "USD";
    private static final Pattern PERCENTAGE = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,2})?");
    private static final Pattern MULTIPLIER = Pattern.compile("[0-9]{1,4}(\\.[0-9]{1,3})?");

    static Unit of(Measure measure) {
        return measure.isMoney() ? MONEY : COUNT;
    }

    static Unit of(UsageLimit.Kind kind) {
        return switch (kind) {
            case PRICE_PER_REQUEST -> MONEY;
            case SHARE_PER_REQUEST -> PERCENT;
            default -> COUNT;
        };
    }

    /** The amount that was given, in nanodollars, in hundredths of a percent, in thousandths or as a number. */
    long read(String member, Object given) {
        return switch (this) {
            case MONEY -> money(member, given);
            case PERCENT -> percent(member, given);
            case FACTOR -> factor(member, given);
            case COUNT -> count(member, given);
        };
    }

    Object show(long amount) {
        return switch (this) {
            case MONEY -> new Money(amount).toDollars();
            case PERCENT -> BigDecimal.valueOf(amount, 2).stripTrailingZeros().toPlainString();
            case FACTOR -> BigDecimal.valueOf(amount, 3).stripTrailingZeros().toPlainString();
            case COUNT -> amount;
        };
    }

    @Nullable
    String currency() {
        return this == MONEY ? CURRENCY : null;
    }

    /** Refuses another currency than there is. */
    void mustBe(@Nullable String currency) {
        if (currency != null && !currency.equals(currency())) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "currency: another one (expected: " + (this == MONEY ? CURRENCY : "none, as this is no money")
                            + ", or left out)",
                    "currency");
        }
    }

    private static long money(String member, Object given) {
        try {
            if (given instanceof String text) {
                return Money.nanosOf(text);
            }
        } catch (IllegalArgumentException e) {
            // told below, like everything else that is no money
        }
        throw invalid(member, "a decimal string of dollars with at most nine decimals: \"12.50\"");
    }

    private static long percent(String member, Object given) {
        if (given instanceof String text && PERCENTAGE.matcher(text).matches()) {
            return new BigDecimal(text).movePointRight(2).longValueExact();
        }
        throw invalid(member, "a decimal string of percent with at most two decimals: \"10\"");
    }

    private static long factor(String member, Object given) {
        if (given instanceof String text && MULTIPLIER.matcher(text).matches()) {
            return new BigDecimal(text).movePointRight(3).longValueExact();
        }
        throw invalid(member, "a decimal string of 0 to 1000 with at most three decimals: \"1.5\"");
    }

    private static long count(String member, Object given) {
        return switch (given) {
            case Integer number -> number;
            case Long number -> number;
            default -> throw invalid(member, "a whole number");
        };
    }

    private static Problem invalid(String member, String expected) {
        return new Problem(ProblemCode.INVALID_VALUE, member + ": expected: " + expected, member);
    }
}
