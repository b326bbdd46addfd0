package dev.tollgate.admin.litellm;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** LiteLLM's {@code duration} of a key: {@code 30s}, {@code 5m}, {@code 24h}, {@code 30d}, {@code 2w}, {@code 1mo}. */
final class Lifetime {
    /** Written for a key that never expires. */
    static final String ENDLESS = "-1";

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})(s|mo|m|h|d|w)");
    private static final int YEAR_MAX = 9_999;

    private Lifetime() {}

    /** When a key expires that lives so long from now on; null is never. */
    static @Nullable Instant end(String duration, Instant now) {
        if (duration.equals(ENDLESS)) {
            return null;
        }
        Matcher form = FORM.matcher(duration);
        try {
            if (form.matches()) {
                OffsetDateTime end = plus(now.atOffset(ZoneOffset.UTC), Long.parseLong(form.group(1)), form.group(2));
                if (end.getYear() <= YEAR_MAX) {
                    return end.toInstant();
                }
            }
        } catch (DateTimeException e) {
            // told below, like what ends too late by less
        }
        throw new Problem(
                ProblemCode.INVALID_VALUE,
                "duration: expected: a number and s, m, h, d, w or mo, such as 30d, that ends before the year 10000, or"
                        + " " + ENDLESS + " for a key that never expires",
                "duration");
    }

    private static OffsetDateTime plus(OffsetDateTime now, long count, String unit) {
        return switch (unit) {
            case "s" -> now.plusSeconds(count);
            case "m" -> now.plusMinutes(count);
            case "h" -> now.plusHours(count);
            case "d" -> now.plusDays(count);
            case "w" -> now.plusWeeks(count);
            default -> now.plusMonths(count);
        };
    }
}
