package dev.tollgate.reports;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures of a row of a report; those that sums per tag don't have are missing where a tag is asked for. */
public record Figures(Map<Figure, BigInteger> sums) {
    private static final int NANOS_SCALE = 9;
    private static final int PERCENT_SCALE = 4;
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    public Figures {
        sums = Map.copyOf(sums);
    }

    public @Nullable BigInteger sum(Figure figure) {
        return sums.get(figure);
    }

    /** A sum of money in decimal dollars, all digits of it; sums may be larger than one entry can be. */
    public static String dollars(BigInteger nanos) {
        return nanos.signum() == 0
                ? "0"
                : new BigDecimal(nanos, NANOS_SCALE).stripTrailingZeros().toPlainString();
    }

    /** A sum per one of what it is the sum of, rounded half up; null where there is none. */
    public @Nullable BigInteger average(Figure sum, Figure count) {
        BigInteger total = sums.get(sum);
        BigInteger times = sums.get(count);
        return total == null || times == null || times.signum() == 0
                ? null
                : new BigDecimal(total)
                        .divide(new BigDecimal(times), RoundingMode.HALF_UP)
                        .toBigIntegerExact();
    }

    /** By how many percent the sum is more than it was before, with four decimals, half up; null where it was zero. */
    public @Nullable BigDecimal changePercent(Figure figure, Figures before) {
        BigInteger now = sums.get(figure);
        BigInteger then = before.sums.get(figure);
        return now == null || then == null || then.signum() == 0
                ? null
                : new BigDecimal(now.subtract(then))
                        .multiply(HUNDRED)
                        .divide(new BigDecimal(then.abs()), PERCENT_SCALE, RoundingMode.HALF_UP);
    }
}
