package dev.tollgate.provider;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an answer's {@code x-ratelimit-*} headers say, as they came: every answer has them, and few are ever looked at. */
record LimitHeaders(Said requests, Said tokens, Instant observedAt) {
    private static final CharSequence LIMIT_REQUESTS = HttpHeaders.createOptimized("x-ratelimit-limit-requests");
    private static final CharSequence REMAINING_REQUESTS =
            HttpHeaders.createOptimized("x-ratelimit-remaining-requests");
    private static final CharSequence RESET_REQUESTS = HttpHeaders.createOptimized("x-ratelimit-reset-requests");
    private static final CharSequence LIMIT_TOKENS = HttpHeaders.createOptimized("x-ratelimit-limit-tokens");
    private static final CharSequence REMAINING_TOKENS = HttpHeaders.createOptimized("x-ratelimit-remaining-tokens");
    private static final CharSequence RESET_TOKENS = HttpHeaders.createOptimized("x-ratelimit-reset-tokens");

    /** Of one limit. */
    record Said(
            @Nullable String limit,
            @Nullable String remaining,
            @Nullable String reset) {
        private static final Said NOTHING = new Said(null, null, null);

        private static Said of(MultiMap headers, CharSequence limit, CharSequence remaining, CharSequence reset) {
            String left = headers.get(remaining);
            return left == null ? NOTHING : new Said(headers.get(limit), left, headers.get(reset));
        }
    }

    /** Those of an answer, or null where there are none. */
    static @Nullable LimitHeaders of(MultiMap headers, Instant now) {
        Said requests = Said.of(headers, LIMIT_REQUESTS, REMAINING_REQUESTS, RESET_REQUESTS);
        Said tokens = Said.of(headers, LIMIT_TOKENS, REMAINING_TOKENS, RESET_TOKENS);
        return requests.remaining == null && tokens.remaining == null ? null : new LimitHeaders(requests, tokens, now);
    }
}
