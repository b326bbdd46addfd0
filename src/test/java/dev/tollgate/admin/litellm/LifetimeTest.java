package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifetimeTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "30s, 2026-01-31T12:00:30Z",
        "5m, 2026-01-31T12:05:00Z",
        "24h, 2026-02-01T12:00:00Z",
        "30d, 2026-03-02T12:00:00Z",
        "2w, 2026-02-14T12:00:00Z",
        "1mo, 2026-02-28T12:00:00Z",
        "12mo, 2027-01-31T12:00:00Z",
    })
    void ends_so_long_from_now(String duration, Instant end) {
        assertThat(Lifetime.end(duration, NOW)).isEqualTo(end);
    }

    @Test
    void may_have_no_end() {
        assertThat(Lifetime.end("-1", NOW)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "30", "d", "-5m", "1.5h", "1y", "30D", "999999999w", "9999999999s", "100000mo"})
    void refuses_what_is_none_or_too_long(String duration) {
        assertThatThrownBy(() -> Lifetime.end(duration, NOW))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo("duration"));
    }
}
