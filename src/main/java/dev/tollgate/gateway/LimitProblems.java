package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rules.Stop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says which limit stands in the way, how it stands, and when to try again. */
final class LimitProblems {
    private LimitProblems() {}

    static Problem of(UsageLimit limit, Decision.Refused refused) {
        return switch (refused.reason()) {
            case LARGER_THAN_LIMIT ->
                new Problem(
                        ProblemCode.LARGER_THAN_LIMIT,
                        "This request alone takes more than " + name(limit) + " ever lets through at once ("
                                + limit.atOnce() + " " + what(limit) + "). Make it smaller; waiting does not help.",
                        null,
                        Map.of("x-should-retry", "false"),
                        details(limit, refused));
            case CONCURRENCY ->
                new Problem(
                        ProblemCode.CONCURRENCY_EXCEEDED,
                        "As many requests are under way as " + name(limit) + " allows (" + limit.amount()
                                + "). Try again when one of them has ended.",
                        null,
                        retry(Math.max(1_000, refused.retryAfterMillis())),
                        details(limit, refused));
            case RATE ->
                new Problem(
                        ProblemCode.RATE_LIMIT_EXCEEDED,
                        upper(name(limit)) + " is reached: " + limit.amount() + " " + what(limit) + " per "
                                + period(limit.periodSeconds()) + ". Try again after "
                                + duration(refused.retryAfterMillis()) + ".",
                        null,
                        retry(refused.retryAfterMillis()),
                        details(limit, refused));
        };
    }

    static Problem stopped(Stop stop) {
        String what = stop.ownerId().isEmpty() ? "the platform" : stop.owner().label() + " " + stop.ownerId();
        String reason = stop.reason().isEmpty() ? "" : ": " + stop.reason();
        return new Problem(
                ProblemCode.SPEND_STOPPED,
                "Spend of " + what + " is stopped since " + stop.createdAt() + " (" + stop.id() + ")" + reason
                        + ". It goes on when an administrator lifts the stop.",
                null,
                Map.of("x-should-retry", "false"),
                Map.of());
    }

    static Problem unheard(Duration silence) {
        return new Problem(
                ProblemCode.STOPS_UNHEARD,
                "Tollgate's database can't be asked since " + silence.toSeconds()
                        + " seconds, so this replica can't know"
                        + " whether spend was stopped meanwhile. It goes on by itself when the database is back.",
                null,
                Map.of("Retry-After", "5"),
                Map.of());
    }

    private static Map<String, String> retry(long millis) {
        return Map.of(
                "Retry-After", Long.toString(Math.max(1, Math.ceilDiv(millis, 1_000L))),
                "retry-after-ms", Long.toString(Math.max(1, millis)));
    }

    private static Map<String, Object> details(UsageLimit limit, Decision.Refused refused) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("id", limit.id());
        details.put("name", limit.name());
        details.put("owner", limit.scope().owner().label());
        details.put("owner_id", limit.scope().ownerId());
        details.put("kind", limit.kind().label());
        details.put("limit", refused.standing().limit());
        details.put("remaining", Math.max(0, refused.standing().remaining()));
        details.put("resets_in_ms", refused.standing().resetMillis());
        return Map.of("limit", details);
    }

    private static String name(UsageLimit limit) {
        Scope scope = limit.scope();
        String owner = scope.ownerId().isEmpty()
                ? "of the platform"
                : "of " + scope.owner().label() + " " + scope.ownerId();
        String name = limit.name().isEmpty() ? "" : " \"" + limit.name() + "\"";
        return "the limit" + name + " (" + limit.id() + ", " + owner + ")";
    }

    private static String what(UsageLimit limit) {
        return switch (limit.kind()) {
            case REQUESTS, CONCURRENCY -> "requests";
            case INPUT_TOKENS -> "input tokens";
            case OUTPUT_TOKENS -> "output tokens";
            default -> "tokens";
        };
    }

    private static String period(int seconds) {
        return switch (seconds) {
            case 1 -> "second";
            case 60 -> "minute";
            case 3_600 -> "hour";
            default -> "day";
        };
    }

    private static String upper(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** As OpenAI writes it: {@code 20ms}, {@code 1s}, {@code 6m0s}, {@code 1h0m0s}. */
    static String duration(long millis) {
        if (millis < 1_000) {
            return Math.max(0, millis) + "ms";
        }
        long seconds = Math.ceilDiv(millis, 1_000L);
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        return seconds / 3_600 + "h" + seconds / 60 % 60 + "m" + seconds % 60 + "s";
    }
}
