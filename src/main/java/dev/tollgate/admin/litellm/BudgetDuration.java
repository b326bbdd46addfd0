package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.budget.Period;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * LiteLLM's {@code budget_duration} as a period of the calendar in UTC, which is how LiteLLM resets those that are listed
 * here, too: at the full hour, at midnight, on Mondays, on the first of a month. Without one a budget never resets.
 */
final class BudgetDuration {
    private static final Map<String, Period.Unit> UNITS = Map.ofEntries(
            Map.entry("1h", Period.Unit.HOUR),
            Map.entry("60m", Period.Unit.HOUR),
            Map.entry("hourly", Period.Unit.HOUR),
            Map.entry("24h", Period.Unit.DAY),
            Map.entry("1d", Period.Unit.DAY),
            Map.entry("daily", Period.Unit.DAY),
            Map.entry("7d", Period.Unit.WEEK),
            Map.entry("1w", Period.Unit.WEEK),
            Map.entry("weekly", Period.Unit.WEEK),
            Map.entry("30d", Period.Unit.MONTH),
            Map.entry("1mo", Period.Unit.MONTH),
            Map.entry("monthly", Period.Unit.MONTH));

    private BudgetDuration() {}

    static Period.Unit unit(String duration) {
        Period.Unit unit = UNITS.get(duration);
        if (unit == null) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "budget_duration: none that a budget can have (expected: 1h, 24h or 1d, 7d or 1w, 30d or 1mo, or"
                            + " left out for one that never resets; quarters and years by /admin/v1/budgets)",
                    "budget_duration");
        }
        return unit;
    }

    static Period period(Period.Unit unit) {
        return new Period(unit, ZoneId.of("UTC"), DayOfWeek.MONDAY, Month.JANUARY);
    }

    /** How it is told: the shortest way to say it, and our own word where LiteLLM has none. */
    static @Nullable String of(Period.Unit unit) {
        return switch (unit) {
            case HOUR -> "1h";
            case DAY -> "1d";
            case WEEK -> "7d";
            case MONTH -> "30d";
            case QUARTER, YEAR -> unit.label();
            case TOTAL, CREDIT -> null;
        };
    }
}
