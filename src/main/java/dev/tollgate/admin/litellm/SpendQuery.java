package dev.tollgate.admin.litellm;

import dev.tollgate.reports.EntryPosition;
import dev.tollgate.reports.Interval;
import dev.tollgate.reports.Periods;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What of the spend logs is asked for.
 *
 * @param userId who answers for the keys
 * @param first day, and {@code last}: both count; null for all days
 * @param isSummed by day, or else entry by entry
 */
record SpendQuery(
        @Nullable String apiKey,
        @Nullable String userId,
        @Nullable UUID requestId,
        @Nullable LocalDate first,
        @Nullable LocalDate last,
        boolean isSummed) {
    static final Set<String> PARAMETERS =
            Set.of("api_key", "user_id", "request_id", "start_date", "end_date", "summarize");

    private static final int YEAR_MIN = 2000;
    private static final int YEAR_MAX = 2200;

    /** Reads the parameters, of which each is given once. */
    static SpendQuery of(MultivaluedMap<String, String> given) {
        LocalDate first = date(given, "start_date");
        LocalDate last = date(given, "end_date");
        if ((first == null) != (last == null)) {
            throw KnownParameters.invalid(
                    first == null ? "start_date" : "end_date", "missing (expected: both dates, or none)");
        }
        if (first != null && first.isAfter(last)) {
            throw KnownParameters.invalid("end_date", "before start_date");
        }
        boolean summed = summarize(given.getFirst("summarize")) && first != null;
        UUID requestId = requestId(given.getFirst("request_id"));
        if (requestId != null && summed) {
            throw KnownParameters.invalid(
                    "request_id", "with sums by day (expected: without dates, or with summarize=false)");
        }
        return new SpendQuery(given.getFirst("api_key"), given.getFirst("user_id"), requestId, first, last, summed);
    }

    @Nullable
    Instant from() {
        return first == null ? null : start(first);
    }

    @Nullable
    Instant to() {
        return last == null ? null : start(last.plusDays(1));
    }

    /** The days, in UTC; only where there are dates. */
    Periods days() {
        if (first == null || last == null) {
            throw new IllegalStateException("no dates were given");
        }
        return Periods.of(start(first), start(last.plusDays(1)), Interval.DAY, ZoneOffset.UTC);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    private static @Nullable LocalDate date(MultivaluedMap<String, String> given, String name) {
        String text = given.getFirst(name);
        if (text == null) {
            return null;
        }
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= YEAR_MIN && day.getYear() < YEAR_MAX) {
                return day;
            }
        } catch (DateTimeException e) {
            // told below, like a day that no ledger has
        }
        throw KnownParameters.invalid(name, "expected: a day of UTC, from 2000 to 2199, such as 2026-11-21");
    }

    private static boolean summarize(@Nullable String text) {
        return switch (text) {
            case null -> true;
            case "true", "True" -> true;
            case "false", "False" -> false;
            default -> throw KnownParameters.invalid("summarize", "expected: true or false");
        };
    }

    private static @Nullable UUID requestId(@Nullable String text) {
        return text == null
                ? null
                : EntryPosition.parse(text)
                        .orElseThrow(() ->
                                KnownParameters.invalid("request_id", "expected: req_…, the x-request-id of an answer"))
                        .requestId();
    }
}
