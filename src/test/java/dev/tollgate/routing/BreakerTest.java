package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final double NO_JITTER = 0;

    private final Breaker breaker = new Breaker();
    private long now = Long.MAX_VALUE - 5; // System.nanoTime may be anything, and wrap

    private void after(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private boolean isShut() {
        return breaker.isShut(now);
    }

    /** So many of those that want to go there may. */
    private int tries(int requests) {
        int begun = 0;
        for (int i = 0; i < requests; i++) {
            begun += breaker.tryBegin(now) ? 1 : 0;
        }
        return begun;
    }

    private void fail() {
        breaker.tryBegin(now);
        breaker.failed(now, NO_JITTER);
    }

    private void succeed() {
        breaker.tryBegin(now);
        breaker.succeeded();
    }

    private void open() {
        for (int i = 0; i < 5; i++) {
            fail();
        }
        assertThat(isShut()).isTrue();
    }

    @Test
    void a_few_failures_mean_nothing() {
        for (int i = 0; i < 4; i++) {
            fail();
        }
        assertThat(isShut()).isFalse();
    }

    @Test
    void shuts_when_half_of_the_latest_calls_have_failed() {
        for (int i = 0; i < 20; i++) {
            succeed();
        }
        for (int i = 0; i < 9; i++) {
            fail();
        }
        assertThat(isShut()).as("9 of 20").isFalse();
        fail();
        assertThat(isShut()).as("10 of 20").isTrue();
    }

    @Test
    void opens_again_for_a_few_requests_that_try() {
        open();
        after(2);
        assertThat(isShut()).isFalse();
        assertThat(tries(2)).isEqualTo(2);
        assertThat(isShut()).isFalse();
        assertThat(tries(100)).isEqualTo(1);
        assertThat(isShut()).as("three are trying").isTrue();
        breaker.succeeded();
        assertThat(isShut()).isFalse();
        fail();
        assertThat(isShut()).as("what was before is forgotten").isFalse();
    }

    @Test
    void pauses_longer_after_each_trial_that_fails_up_to_a_minute() {
        open();
        after(2);
        fail();
        after(3);
        assertThat(isShut()).isTrue();
        after(1);
        assertThat(isShut()).isFalse();
        for (int i = 0; i < 10; i++) {
            fail();
            after(60);
            assertThat(isShut()).isFalse();
        }
    }

    @Test
    void a_trial_of_which_nothing_is_heard_is_followed_by_another_one() {
        open();
        after(2);
        tries(3);
        after(59);
        assertThat(isShut()).isTrue();
        after(1);
        assertThat(isShut()).isFalse();
    }

    @Test
    void a_trial_that_did_not_go_there_leaves_the_place_to_another_one() {
        open();
        after(2);
        tries(3);
        breaker.unknown(now);
        assertThat(isShut()).isFalse();
        assertThat(tries(100)).isEqualTo(1);
        for (int i = 0; i < 3; i++) {
            breaker.unknown(now);
        }
        assertThat(tries(100)).isEqualTo(3);
    }

    @Test
    void what_was_sent_before_says_nothing_of_now() {
        open();
        breaker.succeeded();
        breaker.failed(now, NO_JITTER);
        assertThat(isShut()).isTrue();
        after(2);
        assertThat(isShut()).isFalse();
    }

    @Test
    void pauses_as_long_as_the_provider_asks_but_not_for_ever() {
        breaker.pause(now, TimeUnit.SECONDS.toNanos(10));
        after(9);
        assertThat(isShut()).isTrue();
        after(1);
        assertThat(isShut()).isFalse();
        breaker.pause(now, TimeUnit.HOURS.toNanos(10));
        after(60);
        assertThat(isShut()).isFalse();
    }

    @Test
    void a_shorter_pause_does_not_end_a_longer_one() {
        breaker.pause(now, TimeUnit.SECONDS.toNanos(10));
        breaker.pause(now, TimeUnit.SECONDS.toNanos(1));
        after(5);
        assertThat(isShut()).isTrue();
    }

    @Test
    void jitter_makes_the_pause_up_to_half_as_long_again() {
        for (int i = 0; i < 5; i++) {
            breaker.tryBegin(now);
            breaker.failed(now, 0.5);
        }
        after(2);
        assertThat(isShut()).isTrue();
        now += TimeUnit.MILLISECONDS.toNanos(500);
        assertThat(isShut()).isFalse();
    }

    @Test
    void tells_how_long_its_pause_still_is() {
        assertThat(breaker.opensIn(now)).isZero();
        open();
        assertThat(breaker.opensIn(now)).isEqualTo(TimeUnit.SECONDS.toNanos(2));
        after(2);
        assertThat(breaker.opensIn(now)).isZero();
        tries(3);
        assertThat(breaker.opensIn(now)).as("some are trying").isZero();
    }
}
