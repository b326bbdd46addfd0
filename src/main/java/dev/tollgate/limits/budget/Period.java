package dev.tollgate.limits.budget;

import java.time.DayOfWeek;
import java.time.Month;
import java.time.ZoneId;
import java.util.Locale;

/**
 * How often a budget begins anew.
 *
 * @param zone in which days and what is longer begin
 * @param weekStart the first day of a week
 * @param yearStart the first month of the fiscal year, from which its quarters count, too
 */
public record Period(Unit unit, ZoneId zone, DayOfWeek weekStart, Month yearStart) {
    public enum Unit {
        HOUR,
        DAY,
        WEEK,
        MONTH,
        QUARTER,
        YEAR,
        /** Never. */
        TOTAL,
        /** Never; the amount is what was topped up. */
        CREDIT;

        /** The name in the database and in the API: {@code month}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Unit of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
