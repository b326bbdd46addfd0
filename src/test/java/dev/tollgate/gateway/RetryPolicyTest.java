package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static long millis(int before, double jitter) {
        return TimeUnit.NANOSECONDS.toMillis(RetryPolicy.DEFAULT.pauseNanos(before, jitter));
    }

    @Test
    void pauses_double_up_to_the_longest() {
        assertThat(millis(0, 0.999_999)).isEqualTo(249);
        assertThat(millis(1, 0.999_999)).isEqualTo(499);
        assertThat(millis(4, 0.999_999)).isEqualTo(3_999);
        assertThat(millis(5, 0.999_999)).isEqualTo(4_999);
        assertThat(millis(1_000, 0.999_999)).isEqualTo(4_999);
    }

    @Test
    void chance_takes_anything_of_them() {
        assertThat(millis(3, 0)).isZero();
        assertThat(millis(3, 0.5)).isEqualTo(1_000);
    }
}
