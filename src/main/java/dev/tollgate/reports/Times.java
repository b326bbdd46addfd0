package dev.tollgate.reports;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/** Times and time zones as askers write them. What is none fails with {@code invalid_value}. */
public final class Times {
    private static final int DATE_LENGTH = 10;
    private static final int ZONE_LENGTH_MAX = 64;
    private static final long QUARTER_HOUR_SECONDS = 60 * Interval.QUARTER_HOUR_MINUTES;

    private Times() {}

    /** A time of RFC 3339, or a date, which is its first moment in the zone. */
    public static Instant read(String param, String text, ZoneId zone) {
        try {
            return text.length() == DATE_LENGTH
                    ? Interval.startOf(LocalDate.parse(text), zone)
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    param + ": " + shown(text) + " (expected: a date such as 2026-11-01, or a time such as"
                            + " 2026-11-01T00:00:00Z, with the + of an offset written as %2B)",
                    param);
        }
    }

    /** A zone by its name, {@code Europe/Berlin}, or by its offset, {@code +05:45}. */
    public static ZoneId zone(String param, String name) {
        try {
            if (name.length() <= ZONE_LENGTH_MAX) {
                return ZoneId.of(name);
            }
        } catch (DateTimeException e) {
            // told below, like a name that is too long
        }
        throw new Problem(
                ProblemCode.INVALID_VALUE,
                param + ": " + shown(name)
                        + " (expected: a time zone such as Europe/Berlin, or an offset such as +05:45)",
                param);
    }

    /** The first moment of the day in the zone. */
    public static Instant dayStart(Instant now, ZoneId zone) {
        return Interval.startOf(now.atZone(zone).toLocalDate(), zone);
    }

    /** The first moment of the month in the zone. */
    public static Instant monthStart(Instant now, ZoneId zone) {
        return Interval.startOf(now.atZone(zone).toLocalDate().withDayOfMonth(1), zone);
    }

    /** When the quarter of an hour ends that is running: usage up to it is usage until now. */
    public static Instant quarterHourEnd(Instant now) {
        return Instant.ofEpochSecond(
                (Math.floorDiv(now.getEpochSecond(), QUARTER_HOUR_SECONDS) + 1) * QUARTER_HOUR_SECONDS);
    }

    private static String shown(String text) {
        return text.length() <= ZONE_LENGTH_MAX ? text : text.substring(0, ZONE_LENGTH_MAX) + "…";
    }
}
