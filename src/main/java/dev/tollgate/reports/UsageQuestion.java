package dev.tollgate.reports;

import static java.util.stream.Collectors.joining;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A question about usage. Rows are told only where there was usage.
 *
 * @param compares whether the period before is wanted beside each
 * @param groups none to three, of which one may be a tag
 * @param filters the values that count, per dimension; an empty text is what has none
 * @param tag the values of a tag that count, or null for all
 * @param order of the rows; those that are alike in it come by period and groups
 * @param rows how many at most
 * @param after the row that they come after, or null for the first ones
 */
public record UsageQuestion(
        Periods periods,
        boolean compares,
        List<Grouping> groups,
        Map<Dimension, List<String>> filters,
        @Nullable TagFilter tag,
        Order order,
        int rows,
        @Nullable UsagePosition after) {
    private static final int GROUPS_MAX = 3;

    /** Which values of a tag count. */
    public record TagFilter(String key, List<String> values) {}

    /** @param figure what rows are ordered by, or null for their period */
    public record Order(@Nullable Figure figure, boolean descending) {
        public static final Order BY_PERIOD = new Order(null, false);
    }

    /** Fails with {@code invalid_value} for what can't be asked together. */
    public UsageQuestion {
        groups = List.copyOf(groups);
        filters = Map.copyOf(filters);
        if (groups.size() > GROUPS_MAX || groups.stream().distinct().count() < groups.size()) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "group_by: expected: at most " + GROUPS_MAX + ", none twice",
                    "group_by");
        }
        String tagKey = tag == null ? null : tag.key;
        for (Grouping grouping : groups) {
            if (grouping instanceof Grouping.ByTag(String key)) {
                if (tagKey != null && !tagKey.equals(key)) {
                    throw new Problem(
                            ProblemCode.INVALID_VALUE,
                            "tag: two tags, " + tagKey + " and " + key
                                    + " (expected: one, for usage is summed per tag)",
                            "tag");
                }
                tagKey = key;
            }
        }
        if (tagKey != null) {
            mustBeOfTags(groups, filters, order);
        }
    }

    /** The tag that it is about, if any. */
    public @Nullable String tagKey() {
        return tag != null
                ? tag.key
                : groups.stream()
                        .filter(Grouping.ByTag.class::isInstance)
                        .map(grouping -> ((Grouping.ByTag) grouping).key())
                        .findFirst()
                        .orElse(null);
    }

    /** The figures that the answer has. */
    public List<Figure> figures() {
        boolean all = tagKey() == null;
        return Arrays.stream(Figure.values())
                .filter(figure -> all || figure.isOfTags())
                .toList();
    }

    private static void mustBeOfTags(List<Grouping> groups, Map<Dimension, List<String>> filters, Order order) {
        Stream<Dimension> used = Stream.concat(
                groups.stream()
                        .filter(Grouping.By.class::isInstance)
                        .map(grouping -> ((Grouping.By) grouping).dimension()),
                filters.keySet().stream());
        used.filter(dimension -> !dimension.isOfTags()).findFirst().ifPresent(dimension -> {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    dimension.label() + ": usage per tag is not told apart by it (expected: "
                            + Arrays.stream(Dimension.values())
                                    .filter(Dimension::isOfTags)
                                    .map(Dimension::label)
                                    .collect(joining(", "))
                            + "); the ledger has single entries with their tags",
                    dimension.label());
        });
        if (order.figure != null && !order.figure.isOfTags()) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, "order: usage per tag has no " + order.figure.label(), "order");
        }
    }
}
