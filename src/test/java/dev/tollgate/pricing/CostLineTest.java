package dev.tollgate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Seeds;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CostLineTest {
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal TWICE_MOST = MOST.add(BigDecimal.ONE).multiply(BigDecimal.TWO);

    @Test
    void is_what_is_fixed_and_a_price_for_every_token_that_comes_out() {
        // 1,000 tokens at 2.50 dollars a million, a search at a cent, and 10 dollars per million tokens out
        CostLine line = CostLine.FREE
                .plus(1_000, 2_500_000_000L)
                .plus(1, 10_000_000_000_000L)
                .perToken(10_000_000_000L);
        assertThat(line.nanosAt(0)).isEqualTo(2_500_000 + 10_000_000);
        assertThat(line.nanosAt(100)).isEqualTo(2_500_000 + 10_000_000 + 1_000_000);
    }

    @Test
    void is_rounded_up_once() {
        CostLine line = CostLine.FREE.plus(1, 333_333).perToken(333_333);
        assertThat(line.nanosAt(0)).isEqualTo(1);
        assertThat(line.nanosAt(1)).isEqualTo(1);
        assertThat(line.nanosAt(3)).isEqualTo(2);
    }

    @Test
    void agrees_with_unbounded_decimals_for_any_figures() {
        int[] beyond = {0};
        int cases = Seeds.each(20_000, random -> {
            CostLine line = CostLine.FREE;
            BigDecimal sum = BigDecimal.ZERO;
            for (int i = random.nextInt(4); i >= 0; i--) {
                long units = anyMagnitude(random);
                long price = anyMagnitude(random);
                line = line.plus(units, price);
                sum = sum.add(BigDecimal.valueOf(units).multiply(BigDecimal.valueOf(price)));
            }
            long perToken = anyMagnitude(random);
            long tokens = anyMagnitude(random);
            Factor factor = random.nextBoolean() ? Factor.ONE : new Factor(random.nextLong(2_000_000_000_000L));
            sum = sum.add(BigDecimal.valueOf(perToken).multiply(BigDecimal.valueOf(tokens)))
                    .movePointLeft(6);
            BigDecimal nanos =
                    sum.multiply(BigDecimal.valueOf(factor.trillionths(), 12)).setScale(0, RoundingMode.CEILING);
            if (sum.compareTo(TWICE_MOST) >= 0) { // what is far beyond before the factor stays so
                beyond[0]++;
                nanos = nanos.max(MOST);
            }
            assertThat(line.perToken(perToken).times(factor).nanosAt(tokens))
                    .isEqualTo(nanos.min(MOST).longValueExact());
        });
        assertThat(beyond[0]).isBetween(cases / 20, cases - cases / 20);
    }

    private static long anyMagnitude(Random random) {
        return random.nextLong() >>> (1 + random.nextInt(63));
    }
}
