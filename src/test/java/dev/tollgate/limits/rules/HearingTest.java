package dev.tollgate.limits.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HearingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Overflows on the way, as clocks may. */
    private long nanos = Long.MAX_VALUE - PATIENCE.toNanos() / 2;

    private final Hearing hearing = new Hearing(() -> nanos, PATIENCE);

    @Test
    void is_deaf_when_nothing_was_heard_for_longer_than_its_patience() {
        pass(PATIENCE);
        assertThat(hearing.isDeaf()).isFalse();
        assertThat(hearing.silence()).isEqualTo(PATIENCE);
        pass(Duration.ofNanos(1));
        assertThat(hearing.isDeaf()).isTrue();
    }

    @Test
    void hears_again_by_itself() {
        pass(PATIENCE.multipliedBy(4));
        hearing.heard(hearing.now());
        assertThat(hearing.isDeaf()).isFalse();
        assertThat(hearing.silence()).isZero();
    }

    @Test
    void knows_what_was_true_when_it_asked_and_no_more() {
        long asked = hearing.now();
        pass(Duration.ofSeconds(10));
        hearing.heard(asked);
        assertThat(hearing.silence()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void is_not_taken_back_by_an_answer_that_was_overtaken() {
        long first = hearing.now();
        pass(Duration.ofSeconds(1));
        hearing.heard(hearing.now());
        hearing.heard(first);
        assertThat(hearing.silence()).isZero();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
