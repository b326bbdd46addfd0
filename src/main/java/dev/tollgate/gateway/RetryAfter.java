package dev.tollgate.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How long a provider asks to be left alone: {@code retry-after-ms}, or {@code Retry-After} in seconds or as a date. */
final class RetryAfter {
    /** What is longer is not read; it is more than a quarter of a year. */
    private static final int DIGITS_MAX = 10;

    private RetryAfter() {}

    /** In nanoseconds; 0 where it asks for nothing that can be read. */
    static long nanos(MultiMap headers, long epochMillis) {
        String millis = headers.get("retry-after-ms");
        if (isNumber(millis)) {
            return TimeUnit.MILLISECONDS.toNanos(Long.parseLong(millis));
        }
        String asked = headers.get(HttpHeaders.RETRY_AFTER);
        if (isNumber(asked)) {
            return TimeUnit.SECONDS.toNanos(Long.parseLong(asked));
        }
        return asked == null ? 0 : Math.max(0, TimeUnit.MILLISECONDS.toNanos(millisOf(asked) - epochMillis));
    }

    private static boolean isNumber(@Nullable String text) {
        return text != null
                && !text.isEmpty()
                && text.length() <= DIGITS_MAX
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long millisOf(String date) {
        try {
            return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli();
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
