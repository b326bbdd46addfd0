package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.limits.budget.Bounds;
import dev.tollgate.limits.budget.Period;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetDurationTest {
    /** At noon of Wednesday, 2026-02-18: the instants are where LiteLLM resets such a budget, too. */
    @ParameterizedTest
    @CsvSource({
        "1h, 2026-02-18T13:00:00Z",
        "60m, 2026-02-18T13:00:00Z",
        "hourly, 2026-02-18T13:00:00Z",
        "24h, 2026-02-19T00:00:00Z",
        "1d, 2026-02-19T00:00:00Z",
        "daily, 2026-02-19T00:00:00Z",
        "7d, 2026-02-23T00:00:00Z",
        "1w, 2026-02-23T00:00:00Z",
        "weekly, 2026-02-23T00:00:00Z",
        "30d, 2026-03-01T00:00:00Z",
        "1mo, 2026-03-01T00:00:00Z",
        "monthly, 2026-03-01T00:00:00Z",
    })
    void becomes_a_period_of_the_calendar(String duration, Instant reset) {
        Period period = BudgetDuration.period(BudgetDuration.unit(duration));
        assertThat(Bounds.of(period, Instant.parse("2026-02-18T12:00:00Z")).end())
                .isEqualTo(reset);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30s", "5m", "2h", "2d", "28d", "31d", "2mo", "1y", "1D", "month", "-1", "24", " 24h"})
    void refuses_what_no_calendar_has_and_says_what_is_possible(String duration) {
        assertThatThrownBy(() -> BudgetDuration.unit(duration))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo("budget_duration"))
                .hasMessageContaining("1h, 24h or 1d, 7d or 1w, 30d or 1mo");
    }

    @ParameterizedTest
    @EnumSource(
            value = Period.Unit.class,
            names = {"HOUR", "DAY", "WEEK", "MONTH"})
    void what_is_told_can_be_sent_again(Period.Unit unit) {
        assertThat(BudgetDuration.unit(String.valueOf(BudgetDuration.of(unit)))).isEqualTo(unit);
    }
}
