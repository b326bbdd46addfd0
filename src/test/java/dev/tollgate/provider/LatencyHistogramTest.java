package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void percentiles_are_the_truth_or_up_to_a_sixteenth_above() {
        Random random = new Random(4711);
        long[] all = random.longs(10_000, 0, 20)
                .map(power -> (1L << power) * 1_024 + power)
                .toArray();
        for (int i = 0; i < all.length; i++) {
            all[i] = Math.min(all[i] + random.nextLong(all[i]), 1L << 29);
            histogram.add(all[i]);
        }
        Arrays.sort(all);
        for (int percent : new int[] {1, 50, 95, 99, 100}) {
            long truth = all[Math.ceilDiv(all.length * percent, 100) - 1];
            assertThat(histogram.percentile(percent)).isBetween(truth, truth + truth / 16);
        }
    }

    @Test
    void what_is_beyond_its_bounds_is_counted_at_them() {
        histogram.add(0);
        histogram.add(Long.MAX_VALUE);
        assertThat(histogram.percentile(50)).isBetween(1_000L, 1_100L);
        assertThat(histogram.percentile(100)).isEqualTo((1L << 30) - 1);
    }

    @Test
    void of_nothing_there_is_no_percentile() {
        assertThat(histogram.percentile(50)).isNull();
        histogram.add(5_000);
        histogram.clear();
        assertThat(histogram.percentile(50)).isNull();
    }
}
