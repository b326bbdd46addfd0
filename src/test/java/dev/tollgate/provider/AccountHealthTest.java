package dev.tollgate.provider;

import static dev.tollgate.provider.AnswerClass.AUTHENTICATION;
import static dev.tollgate.provider.AnswerClass.RATE_LIMITED;
import static dev.tollgate.provider.AnswerClass.REJECTED;
import static dev.tollgate.provider.AnswerClass.SERVER_ERROR;
import static dev.tollgate.provider.AnswerClass.SUCCESS;
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
        assertThat(health.look(NOW).availability()).isEqualTo(4.0 / 6);
        assertThat(health.look(NOW).attempts()).hasSize(6).containsEntry(SERVER_ERROR, 1);
    }

    @Test
    void what_is_older_than_five_minutes_counts_no_more() {
        health.ended(SERVER_ERROR, -1, NOW);
        health.ended(SUCCESS, 5_000, NOW + 4 * MINUTE);
        assertThat(health.look(NOW + 4 * MINUTE).attempts()).isEqualTo(Map.of(SERVER_ERROR, 1, SUCCESS, 1));
        assertThat(health.look(NOW + 6 * MINUTE).attempts()).isEqualTo(Map.of(SUCCESS, 1));
        assertThat(health.look(NOW + 60 * MINUTE).availability()).isNull();
    }

    @Test
    void latency_is_that_of_the_latest_successes() {
        for (int i = 0; i < 10_000; i++) {
            health.ended(SUCCESS, i, NOW);
        }
        health.ended(SERVER_ERROR, 1_000_000, NOW);
        assertThat(health.look(NOW).p50Micros()).isBetween(9_700L, 9_780L);
        assertThat(health.look(NOW).p95Micros()).isBetween(9_960L, 9_990L);
        assertThat(new AccountHealth().look(NOW).p50Micros()).isNull();
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
