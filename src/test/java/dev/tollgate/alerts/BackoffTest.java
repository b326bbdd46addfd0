package dev.tollgate.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long senders wait between attempts. */
class BackoffTest {
    private static final Duration FIRST = Duration.ofSeconds(5);

    @ParameterizedTest(name = "after attempt {0}: {1} s at most")
    @CsvSource({"1,5", "2,15", "3,45", "4,135", "5,405", "6,1215", "7,3600", "8,3600", "1000000,3600"})
    void a_wait_is_three_times_as_long_as_the_one_before_up_to_an_hour(int attempt, long secondsMax) {
        Backoff backoff = new Backoff(FIRST, new Random(attempt));
        Set<Duration> waits = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Duration wait = backoff.after(attempt, null);
            assertThat(wait).isBetween(Duration.ofMillis(secondsMax * 500), Duration.ofSeconds(secondsMax));
            waits.add(wait);
        }
        assertThat(waits).as("those who failed at once don't come back at once").hasSizeGreaterThan(100);
    }

    /** 5 + 15 + 45 + 135 + 405 + 1215 + 5 * 3600 seconds, or half of it. */
    @Test
    void all_attempts_of_a_delivery_take_some_hours() {
        Backoff backoff = new Backoff(FIRST, new Random(7));
        Duration all = IntStream.rangeClosed(1, 11)
                .mapToObj(attempt -> backoff.after(attempt, null))
                .reduce(Duration.ZERO, Duration::plus);
        assertThat(all).isBetween(Duration.ofSeconds(9_910), Duration.ofSeconds(19_820));
    }

    @Test
    void a_receiver_is_left_alone_for_as_long_as_it_asks_up_to_an_hour() {
        Backoff backoff = new Backoff(FIRST, new Random(3));
        assertThat(backoff.after(1, Duration.ofSeconds(90))).isEqualTo(Duration.ofSeconds(90));
        assertThat(backoff.after(1, Duration.ofDays(1))).isEqualTo(Duration.ofHours(1));
        assertThat(backoff.after(3, Duration.ofSeconds(1))).isGreaterThan(Duration.ofSeconds(22));
    }

    @Test
    void a_wait_of_nothing_is_refused() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, new Random(1)))
                .hasMessageStartingWith("first wait: PT0S (expected:");
    }
}
