package dev.tollgate.provider;

import static dev.tollgate.provider.AnswerClass.AUTHENTICATION;
import static dev.tollgate.provider.AnswerClass.RATE_LIMITED;
import static dev.tollgate.provider.AnswerClass.REJECTED;
import static dev.tollgate.provider.AnswerClass.SERVER_ERROR;
import static dev.tollgate.provider.AnswerClass.SUCCESS;
import static dev.tollgate.provider.AnswerClass.TIMEOUT;
import static dev.tollgate.provider.AnswerClass.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AccountHealthTest {
    private static final long NOW = 1_795_000_000_000L;
    private static final long MINUTE = 60_000;

    private final AccountHealth health = new AccountHealth();

    @Test
    void availability_is_the_part_that_the_provider_is_not_to_blame_for() {
        for (AnswerClass each : AnswerClass.values()) {
            health.ended(each, 100, NOW);
        }
        assertThat(health.look(NOW).availability()).isEqualTo(4.0 / 7);
        assertThat(health.look(NOW).attempts()).hasSize(7).containsEntry(SERVER_ERROR, 1);
    }

    @Test
    void what_is_older_than_five_minutes_counts_no_more() {
        health.ended(SERVER_ERROR, -1, NOW);
        health.ended(SUCCESS, 5_000, NOW + 4 * MINUTE);
        assertThat(health.look(NOW + 4 * MINUTE).attempts()).isEqualTo(Map.of(SERVER_ERROR, 1, SUCCESS, 1));
        assertThat(health.look(NOW + 6 * MINUTE).attempts()).isEqualTo(Map.of(SUCCESS, 1));
        assertThat(health.look(NOW + 60 * MINUTE).availability()).isNull();
        assertThat(health.look(NOW + 30 * MINUTE).availabilityOfHour()).isEqualTo(0.5);
        assertThat(health.look(NOW + 70 * MINUTE).availabilityOfHour()).isNull();
    }

    @Test
    void latency_is_that_of_the_successes_of_five_minutes() {
        for (int i = 1; i <= 100; i++) {
            health.ended(SUCCESS, i * 10_000L, NOW);
        }
        health.ended(SERVER_ERROR, 9_000_000, NOW);
        AccountHealth.Look look = health.look(NOW);
        assertThat(look.p50Micros()).isBetween(500_000L, 532_000L);
        assertThat(look.p95Micros()).isBetween(950_000L, 1_010_000L);
        assertThat(look.p99Micros()).isBetween(990_000L, 1_052_000L);
        health.ended(SUCCESS, 2_000, NOW + 6 * MINUTE);
        assertThat(health.look(NOW + 6 * MINUTE).p99Micros()).isBetween(2_000L, 2_125L);
        assertThat(new AccountHealth().look(NOW).p50Micros()).isNull();
    }

    @Test
    void what_is_yet_to_be_told_is_told_once() {
        health.ended(SUCCESS, 1, NOW);
        health.ended(TIMEOUT, -1, NOW);
        health.ended(REJECTED, -1, NOW);
        assertThat(health.takeUntold()).isEqualTo(new AccountHealth.Traffic(3, 1));
        assertThat(health.takeUntold()).isEqualTo(AccountHealth.Traffic.NONE);
    }

    @Test
    void refusals_are_counted_in_a_row_and_only_an_answer_that_accepts_the_credential_ends_the_row() {
        assertThat(health.ended(AUTHENTICATION, -1, NOW)).isEqualTo(1);
        health.ended(RATE_LIMITED, -1, NOW);
        health.ended(SERVER_ERROR, -1, NOW);
        health.ended(UNREACHABLE, -1, NOW);
        assertThat(health.ended(AUTHENTICATION, -1, NOW)).isEqualTo(2);
        assertThat(health.ended(REJECTED, -1, NOW)).isZero();
        assertThat(health.ended(AUTHENTICATION, -1, NOW)).isEqualTo(1);
        health.forgetRefusals();
        assertThat(health.ended(AUTHENTICATION, -1, NOW)).isEqualTo(1);
    }
}
