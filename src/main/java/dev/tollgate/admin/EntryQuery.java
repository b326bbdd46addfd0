package dev.tollgate.admin;

import dev.tollgate.access.Principal;
import dev.tollgate.kernel.Money;
import dev.tollgate.reports.EntryFilter;
import dev.tollgate.reports.EntryPosition;
import dev.tollgate.reports.EntryQuestion;
import dev.tollgate.reports.Times;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads which entries of the ledger are wanted from the parameters of a request. */
final class EntryQuery {
    private static final Set<String> KNOWN = known();

    private final Query query;

    EntryQuery(Query query) {
        this.query = query;
    }

    /** The parameters that there are. */
    static Set<String> parameters() {
        return KNOWN;
    }

    /** The question of a principal, who sees what is in reach. */
    EntryQuestion read(Principal principal) {
        ZoneId zone = Times.zone("time_zone", query.one("time_zone", "UTC"));
        String cursor = query.one("cursor");
        return new EntryQuestion(
                time("from", zone),
                time("to", zone),
                requestId(),
                filters(principal),
                query.tags(),
                minCharge(),
                oldestFirst(),
                cursor == null
                        ? null
                        : EntryPosition.parse(cursor)
                                .orElseThrow(() ->
                                        Query.invalid("cursor", Query.cut(cursor) + " (expected: a next_cursor)")));
    }

    private @Nullable Instant time(String name, ZoneId zone) {
        String text = query.one(name);
        return text == null ? null : Times.read(name, text, zone);
    }

    private @Nullable UUID requestId() {
        String text = query.one("request_id");
        return text == null ? null : requestId(text);
    }

    /** The id of a request, as callers know it. */
    static UUID requestId(String text) {
        return EntryPosition.parse(text)
                .orElseThrow(() ->
                        Query.invalid("request_id", Query.cut(text) + " (expected: req_ and 32 hexadecimal digits)"))
                .requestId();
    }

    private Map<EntryFilter, List<String>> filters(Principal principal) {
        Map<EntryFilter, List<String>> filters = new EnumMap<>(EntryFilter.class);
        for (EntryFilter filter : EntryFilter.values()) {
            List<String> values = query.all(filter.label());
            if (!values.isEmpty()) {
                filters.put(filter, List.copyOf(values));
            }
        }
        filters.getOrDefault(EntryFilter.ORGANIZATION, List.of()).forEach(principal::mustReach);
        String own = principal.organizationId();
        if (own != null) {
            filters.put(EntryFilter.ORGANIZATION, List.of(own));
        }
        return filters;
    }

    private @Nullable Money minCharge() {
        String text = query.one("min_charge");
        try {
            return text == null ? null : Money.dollars(text);
        } catch (IllegalArgumentException e) {
            throw Query.invalid(
                    "min_charge", Query.cut(String.valueOf(text)) + " (expected: decimal dollars such as 0.25)");
        }
    }

    private boolean oldestFirst() {
        String order = query.one("order", "newest");
        return switch (order) {
            case "newest" -> false;
            case "oldest" -> true;
            default -> throw Query.invalid("order", Query.cut(order) + " (expected: newest, oldest)");
        };
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(
                Set.of("from", "to", "time_zone", "request_id", "min_charge", "order", "limit", "cursor", "format"));
        Arrays.stream(EntryFilter.values()).map(EntryFilter::label).forEach(known::add);
        return Set.copyOf(known);
    }
}
