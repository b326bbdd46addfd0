package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final RetryBudget retries = new RetryBudget();

    private int taken(int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += retries.tryTake() ? 1 : 0;
        }
        return taken;
    }

    @Test
    void has_a_hundred_to_begin_with() {
        assertThat(taken(1_000)).isEqualTo(100);
    }

    @Test
    void earns_one_with_every_fifth_request() {
        taken(1_000);
        for (int i = 0; i < 50; i++) {
            retries.request();
        }
        assertThat(taken(1_000)).isEqualTo(10);
    }

    @Test
    void saves_no_more_than_a_hundred() {
        for (int i = 0; i < 10_000; i++) {
            retries.request();
        }
        assertThat(taken(1_000)).isEqualTo(100);
    }
}
