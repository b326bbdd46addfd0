package dev.tollgate.reports.pg;

import static java.util.stream.Collectors.joining;

import dev.tollgate.reports.Dimension;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Grouping;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.UsagePosition;
import dev.tollgate.reports.UsageQuestion;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Writes the one statement that answers a question about usage: sums per period and group, a page of them in order, and
 * the totals over all, so that both come from one snapshot.
 *
 * <p>Where periods start is computed in Java and given as an array, which the database only looks quarter hours up in; so
 * there is one calendar, whatever time zones the database knows.
 */
final class UsageStatement {
    private static final String SUMS = "usage_quarter_hour";
    private static final String TAG_SUMS = "usage_tag_quarter_hour";

    private final UsageQuestion question;
    private final Periods periods;
    private final List<Figure> figures;
    private final List<String> keys;
    private final Parameters parameters = new Parameters();
    private final String from;
    private final String start;
    private final String end;

    UsageStatement(UsageQuestion question) {
        this.question = question;
        this.periods = question.periods();
        this.figures = question.figures();
        this.keys = IntStream.range(0, question.groups().size())
                .mapToObj(i -> "g" + i)
                .toList();
        this.start = parameters.add(periods.start());
        this.end = parameters.add(periods.end());
        this.from = question.compares() ? parameters.add(periods.startBefore()) : start;
    }

    Parameters parameters() {
        return parameters;
    }

    /** Its columns: period, value that rows are ordered by, key and name of each group, figures, figures before. */
    String text() {
        List<String> columns =
                new ArrayList<>(figures.stream().map(Figure::label).toList());
        if (question.compares()) {
            figures.forEach(figure -> columns.add(before(figure)));
        }
        return """
                with source as (%s),
                grouped as (select %s as period%s, %s from source group by %s),
                page as (select row_number() over (order by %s) as place, %s as ordered_by, grouped.*
                         from grouped%s order by place limit %s)
                select place, period, ordered_by::text%s, %s from page %s
                union all
                select 0, 0, ''%s, %s from grouped
                order by place
                """.formatted(
                        source(),
                        period(),
                        each(key -> ", " + key),
                        sums(),
                        "period" + each(key -> ", " + key),
                        order(),
                        value(),
                        afterPosition(),
                        parameters.add(question.rows()),
                        each(key -> ", " + key + ", " + name(key)),
                        columns.stream().collect(joining(", ")),
                        joins(),
                        each(_ -> ", '', null"),
                        columns.stream()
                                .map(column -> "coalesce(sum(" + column + "), 0)")
                                .collect(joining(", ")));
    }

    private String each(Function<String, String> part) {
        return keys.stream().map(part).collect(joining());
    }

    private static String before(Figure figure) {
        return figure.label() + "_before";
    }

    private String period() {
        List<Instant> starts = new ArrayList<>();
        if (question.compares()) {
            starts.addAll(periods.startsBefore());
        }
        starts.addAll(periods.starts());
        return "(width_bucket(bucket, %s) - 1) %% %s::int"
                .formatted(
                        parameters.addTimes(starts),
                        parameters.add(periods.starts().size()));
    }

    private String sums() {
        if (!question.compares()) {
            return figures.stream()
                    .map(figure -> "sum(%1$s) as %1$s".formatted(figure.label()))
                    .collect(joining(", "));
        }
        String now = figures.stream()
                .map(figure ->
                        "coalesce(sum(%1$s) filter (where bucket >= %2$s), 0) as %1$s".formatted(figure.label(), start))
                .collect(joining(", "));
        return now + ", "
                + figures.stream()
                        .map(figure -> "coalesce(sum(%s) filter (where bucket < %s), 0) as %s"
                                .formatted(figure.label(), start, before(figure)))
                        .collect(joining(", "));
    }

    private String source() {
        String tagKey = question.tagKey();
        if (tagKey == null) {
            return select(SUMS, "", "", "");
        }
        String ofTag = " and tag_key = " + parameters.add(tagKey);
        UsageQuestion.TagFilter filter = question.tag();
        if (filter != null) {
            return select(
                    TAG_SUMS,
                    "'=' || tag_value",
                    "",
                    ofTag + " and tag_value = any(" + parameters.addTexts(filter.values()) + ")");
        }
        // What has no such tag is all less what has one.
        return String.join(
                " union all ",
                select(TAG_SUMS, "'=' || tag_value", "", ofTag),
                select(SUMS, "''", "", ""),
                select(TAG_SUMS, "''", "-", ofTag));
    }

    /** @param tagValue '' is no such tag, and '=' precedes a value */
    private String select(String table, String tagValue, String sign, String condition) {
        StringBuilder groups = new StringBuilder();
        for (int i = 0; i < keys.size(); i++) {
            String value = switch (question.groups().get(i)) {
                case Grouping.By(Dimension dimension) -> column(dimension);
                case Grouping.ByTag _ -> tagValue;
            };
            groups.append(", (").append(value).append(") collate \"C\" as g").append(i);
        }
        String sums = figures.stream()
                .map(figure -> "%s%s as %s".formatted(sign, figure.label(), figure.label()))
                .collect(joining(", "));
        StringBuilder where =
                new StringBuilder("bucket >= %s and bucket < %s and currency = 'USD'".formatted(from, end));
        for (Map.Entry<Dimension, List<String>> filter : question.filters().entrySet()) {
            where.append(" and ")
                    .append(column(filter.getKey()))
                    .append(" = any(")
                    .append(parameters.addTexts(filter.getValue()))
                    .append(')');
        }
        return "select bucket%s, %s from %s where %s%s".formatted(groups, sums, table, where, condition);
    }

    private static String column(Dimension dimension) {
        return dimension == Dimension.SIMULATED ? "simulated::text" : dimension.field();
    }

    private String value() {
        Figure figure = question.order().figure();
        return figure == null ? "period" : figure.label();
    }

    private String order() {
        return value() + (question.order().descending() ? " desc" : "") + ", period" + each(key -> ", " + key);
    }

    /** Where tags are summed, a group may be left of which nothing is untagged. */
    private String afterPosition() {
        StringBuilder where = new StringBuilder(" where true");
        if (question.tagKey() != null) {
            where.append(figures.stream().map(this::isNotZero).collect(joining(" or ", " and (", ")")));
        }
        UsagePosition after = question.after();
        if (after != null) {
            String value = parameters.add(new BigDecimal(after.value())) + "::numeric";
            String tuple = "(period" + each(key -> ", " + key) + ")";
            StringBuilder place = new StringBuilder("(")
                    .append(parameters.add(after.period()))
                    .append("::int");
            after.keys()
                    .forEach(key ->
                            place.append(", ").append(parameters.add(key)).append("::text"));
            where.append(" and (%1$s %2$s %3$s or %1$s = %3$s and %4$s > %5$s))"
                    .formatted(value(), question.order().descending() ? "<" : ">", value, tuple, place));
        }
        return where.toString();
    }

    private String isNotZero(Figure figure) {
        return question.compares()
                ? "%s <> 0 or %s <> 0".formatted(figure.label(), before(figure))
                : figure.label() + " <> 0";
    }

    private String name(String key) {
        return hasName(key) ? key + "_named.name" : "null";
    }

    private String joins() {
        StringBuilder joins = new StringBuilder();
        for (String key : keys) {
            if (hasName(key)) {
                joins.append(" left join ")
                        .append(named(key))
                        .append(" on ")
                        .append(key)
                        .append("_named.id = ")
                        .append(key);
            }
        }
        return joins.toString();
    }

    private boolean hasName(String key) {
        return !named(key).isEmpty();
    }

    /** Where the names of a group's values are. */
    private String named(String key) {
        if (!(question.groups().get(keys.indexOf(key)) instanceof Grouping.By(Dimension dimension))) {
            return "";
        }
        return switch (dimension) {
            case ORGANIZATION -> "organization as " + key + "_named";
            case CLIENT -> "client as " + key + "_named";
            case KEY -> "(select 'key_' || public_id as id, name from api_key) as " + key + "_named";
            default -> "";
        };
    }
}
