package dev.tollgate.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider has said an account has left, in the {@code x-ratelimit-*} headers of its last answer. What it did not
 * say is null.
 *
 * @param observedAt when it said so
 */
public record Headroom(@Nullable Quota requests, @Nullable Quota tokens, Instant observedAt) {
    private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d+)?)(ms|s|m|h|d)");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d+)?");

    /**
     * One of its limits.
     *
     * @param resetsAt when all of it is there again
     */
    public record Quota(
            long limit, long remaining, @Nullable Instant resetsAt) {
        /** The part that is left: 0 to 1. */
        public double remainingShare() {
            return limit <= 0 ? 0 : Math.clamp((double) remaining / limit, 0, 1);
        }
    }

    /** Reads what an answer said, or null where that makes no sense. */
    static @Nullable Headroom of(LimitHeaders headers) {
        Quota requests = quota(headers.requests(), headers.observedAt());
        Quota tokens = quota(headers.tokens(), headers.observedAt());
        return requests == null && tokens == null ? null : new Headroom(requests, tokens, headers.observedAt());
    }

    private static @Nullable Quota quota(LimitHeaders.Said said, Instant now) {
        Long remaining = number(said.remaining());
        if (remaining == null) {
            return null;
        }
        Long limit = number(said.limit());
        Duration reset = duration(said.reset());
        return new Quota(limit == null ? remaining : limit, remaining, reset == null ? null : now.plus(reset));
    }

    private static @Nullable Long number(@Nullable String text) {
        return text != null && text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
    }

    /** As OpenAI writes it, {@code 6m0s} or {@code 20ms}, or in seconds. */
    static @Nullable Duration duration(@Nullable String text) {
        if (text == null) {
            return null;
        }
        if (SECONDS.matcher(text).matches()) {
            return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1_000));
        }
        Matcher part = PART.matcher(text);
        double millis = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            millis += Double.parseDouble(part.group(1)) * millisOf(part.group(2));
            end = part.end();
        }
        return end > 0 && end == text.length() ? Duration.ofMillis(Math.round(millis)) : null;
    }

    private static double millisOf(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
    }
}
