package dev.tollgate.admin;

import dev.tollgate.access.Principal;
import dev.tollgate.reports.Dimension;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Grouping;
import dev.tollgate.reports.Interval;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.Times;
import dev.tollgate.reports.UsageQuestion;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a question about usage from the parameters of a request. */
final class UsageQuery {
    private static final String PREVIOUS = "previous";
    private static final Set<String> KNOWN = known();

    private final Query query;

    UsageQuery(Query query) {
        this.query = query;
    }

    /** The parameters that there are. */
    static Set<String> parameters() {
        return KNOWN;
    }

    /**
     * The question of a principal, who sees what is in reach. Without {@code from} and {@code to} it is about this month up
     * to the quarter of an hour that is running.
     *
     * @param limit rows of a page
     */
    UsageQuestion read(Principal principal, Instant now, int limit) {
        ZoneId zone = Times.zone("time_zone", query.one("time_zone", "UTC"));
        String from = query.one("from");
        String to = query.one("to");
        String intervalName = query.one("interval", "day");
        Interval interval = Interval.of(intervalName)
                .orElseThrow(() -> Query.invalid(
                        "interval",
                        Query.cut(intervalName) + " (expected: "
                                + labels(Arrays.stream(Interval.values()).map(Interval::label)) + ")"));
        Periods periods = Periods.of(
                from == null ? Times.monthStart(now, zone) : Times.read("from", from, zone),
                to == null ? Times.quarterHourEnd(now) : Times.read("to", to, zone),
                interval,
                zone);
        UsageQuestion question =
                new UsageQuestion(periods, compares(), groups(), filters(principal), tag(), order(), limit + 1, null);
        String cursor = query.one("cursor");
        return cursor == null ? question : UsageCursor.after(question, cursor);
    }

    private boolean compares() {
        String compare = query.one("compare");
        if (compare != null && !compare.equals(PREVIOUS)) {
            throw Query.invalid("compare", Query.cut(compare) + " (expected: " + PREVIOUS + ")");
        }
        return compare != null;
    }

    private List<Grouping> groups() {
        List<Grouping> groups = new ArrayList<>();
        for (String list : query.all("group_by")) {
            for (String label : list.split(",", -1)) {
                groups.add(grouping(label));
            }
        }
        return groups;
    }

    private static Grouping grouping(String label) {
        if (label.startsWith(Grouping.ByTag.PREFIX) && label.length() > Grouping.ByTag.PREFIX.length()) {
            return new Grouping.ByTag(label.substring(Grouping.ByTag.PREFIX.length()));
        }
        return Dimension.of(label)
                .<Grouping>map(Grouping.By::new)
                .orElseThrow(() ->
                        Query.invalid("group_by", Query.cut(label) + " (expected: " + dimensions() + ", tag:KEY)"));
    }

    private Map<Dimension, List<String>> filters(Principal principal) {
        Map<Dimension, List<String>> filters = new EnumMap<>(Dimension.class);
        for (Dimension dimension : Dimension.values()) {
            List<String> values = query.all(dimension.label());
            if (!values.isEmpty()) {
                filters.put(dimension, List.copyOf(values));
            }
        }
        filters.getOrDefault(Dimension.ORGANIZATION, List.of()).forEach(principal::mustReach);
        String own = principal.organizationId();
        if (own != null) {
            filters.put(Dimension.ORGANIZATION, List.of(own));
        }
        return filters;
    }

    private UsageQuestion.@Nullable TagFilter tag() {
        Map<String, List<String>> tags = query.tags();
        if (tags.size() > 1) {
            throw Query.invalid("tag", tags.size() + " tags (expected: one, for usage is summed per tag)");
        }
        return tags.entrySet().stream()
                .findFirst()
                .map(tag -> new UsageQuestion.TagFilter(tag.getKey(), List.copyOf(tag.getValue())))
                .orElse(null);
    }

    private UsageQuestion.Order order() {
        String text = query.one("order");
        if (text == null) {
            return UsageQuestion.Order.BY_PERIOD;
        }
        boolean descending = text.startsWith("-");
        String label = descending ? text.substring(1) : text;
        if (label.equals("period")) {
            return new UsageQuestion.Order(null, descending);
        }
        return Arrays.stream(Figure.values())
                .filter(figure -> figure.label().equals(label))
                .findFirst()
                .map(figure -> new UsageQuestion.Order(figure, descending))
                .orElseThrow(() -> Query.invalid(
                        "order",
                        Query.cut(text) + " (expected: period or one of "
                                + labels(Arrays.stream(Figure.values()).map(Figure::label))
                                + ", with a - before it for descending)"));
    }

    private static String dimensions() {
        return labels(Arrays.stream(Dimension.values()).map(Dimension::label));
    }

    private static String labels(Stream<String> labels) {
        return labels.collect(Collectors.joining(", "));
    }

    private static Set<String> known() {
        Set<String> known = new HashSet<>(Set.of(
                "from", "to", "interval", "time_zone", "group_by", "compare", "order", "limit", "cursor", "format"));
        Arrays.stream(Dimension.values()).map(Dimension::label).forEach(known::add);
        return Set.copyOf(known);
    }
}
