package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.provider.Headroom.Quota;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadroomTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void is_read_from_the_headers_of_an_answer() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("x-ratelimit-limit-requests", "10000")
                .add("x-ratelimit-remaining-requests", "9996")
                .add("x-ratelimit-reset-requests", "6m0s")
                .add("X-RateLimit-Remaining-Tokens", "12");
        Headroom headroom = Headroom.of(Objects.requireNonNull(LimitHeaders.of(headers, NOW)));
        assertThat(headroom)
                .isEqualTo(new Headroom(new Quota(10_000, 9_996, NOW.plusSeconds(360)), new Quota(12, 12, null), NOW));
    }

    @Test
    void what_is_not_said_or_makes_no_sense_is_not_known() {
        assertThat(LimitHeaders.of(MultiMap.caseInsensitiveMultiMap(), NOW)).isNull();
        MultiMap odd = MultiMap.caseInsensitiveMultiMap()
                .add("x-ratelimit-remaining-requests", "-1")
                .add("x-ratelimit-remaining-tokens", "99999999999999999999");
        assertThat(Headroom.of(Objects.requireNonNull(LimitHeaders.of(odd, NOW))))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"20ms,PT0.02S", "1s,PT1S", "6m0s,PT6M", "1h2m3.5s,PT1H2M3.5S", "1d,PT24H", "59.7,PT59.7S", "0,PT0S"})
    void times_are_as_OpenAI_writes_them_or_seconds(String text, Duration duration) {
        assertThat(Headroom.duration(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "1x", "s", "1s soon", "-1s", "2026-11-21T12:00:00Z"})
    void other_times_are_not_known(String text) {
        assertThat(Headroom.duration(text)).isNull();
    }
}
