package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final long NOW = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

    private static long millis(String name, String value) {
        MultiMap headers = HttpHeaders.headers().set(name, value);
        return TimeUnit.NANOSECONDS.toMillis(RetryAfter.nanos(headers, NOW));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Retry-After    | 2                             | 2000
            Retry-After    | 0                             | 0
            Retry-After    | Sun, 01 Mar 2026 12:00:03 GMT | 3000
            Retry-After    | Sun, 01 Mar 2026 11:59:00 GMT | 0
            Retry-After    | soon                          | 0
            Retry-After    | -1                            | 0
            Retry-After    | 99999999999999999999          | 0
            retry-after-ms | 250                           | 250
            """)
    void says_how_long_the_provider_wants_to_be_left_alone(String name, String value, long millis) {
        assertThat(millis(name, value)).isEqualTo(millis);
    }

    @Test
    void milliseconds_are_more_exact() {
        MultiMap headers = HttpHeaders.headers().set("Retry-After", "2").set("retry-after-ms", "1250");
        assertThat(RetryAfter.nanos(headers, NOW)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(1_250));
    }

    @Test
    void nothing_is_asked_for_without_a_header() {
        assertThat(RetryAfter.nanos(HttpHeaders.headers(), NOW)).isZero();
    }
}
