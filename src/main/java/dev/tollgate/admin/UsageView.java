package dev.tollgate.admin;

import dev.tollgate.reports.Dimension;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Figures;
import dev.tollgate.reports.Grouping;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.UsageAnswer;
import dev.tollgate.reports.UsageQuestion;
import dev.tollgate.reports.UsageRow;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Usage as administrators see it: in JSON, with one member per figure, or the same in lines of CSV. */
final class UsageView {
    private static final String CURRENCY = "USD";

    private final UsageQuestion question;
    private final UsageAnswer answer;
    private final Periods periods;

    UsageView(UsageQuestion question, UsageAnswer answer) {
        this.question = question;
        this.answer = answer;
        this.periods = question.periods();
    }

    /**
     * An answer in JSON.
     *
     * @param previous the time that it is compared with
     * @param data rows, each with its period, its groups and its figures
     */
    record Answer(
            String from,
            String to,
            String timeZone,
            String interval,
            List<String> groupBy,
            String currency,
            @Nullable Map<String, String> previous,
            List<Map<String, @Nullable Object>> data,
            Map<String, @Nullable Object> totals,
            @Nullable String nextCursor) {}

    Answer json() {
        return new Answer(
                time(periods.start()),
                time(periods.end()),
                periods.zone().getId(),
                periods.interval().label(),
                question.groups().stream().map(Grouping::label).toList(),
                CURRENCY,
                question.compares() ? Map.of("from", time(periods.startBefore()), "to", time(periods.start())) : null,
                shown().stream().map(this::row).toList(),
                figures(answer.totals()),
                nextCursor());
    }

    /** A line of names, and one for each row. */
    String csv() {
        StringBuilder csv = new StringBuilder();
        Csv.line(csv, new ArrayList<>(flat(answer.totals()).keySet()));
        shown().forEach(row -> Csv.line(csv, new ArrayList<>(flat(row).values())));
        return csv.toString();
    }

    /** What asks for the next page, or null on the last. */
    @Nullable
    String nextCursor() {
        return hasMore() ? UsageCursor.of(question, shown().getLast().position()) : null;
    }

    private boolean hasMore() {
        return answer.rows().size() == question.rows();
    }

    private List<UsageRow> shown() {
        return hasMore() ? answer.rows().subList(0, question.rows() - 1) : answer.rows();
    }

    private Map<String, @Nullable Object> row(UsageRow row) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("period_start", time(periods.starts().get(row.period())));
        members.put("period_end", time(periods.endOf(row.period())));
        for (int i = 0; i < question.groups().size(); i++) {
            String value = row.groups().get(i);
            switch (question.groups().get(i)) {
                case Grouping.ByTag tag -> members.put(tag.label(), value);
                case Grouping.By(Dimension dimension) -> {
                    members.put(dimension.field(), value);
                    if (dimension.isNamed()) {
                        members.put(dimension.label() + "_name", row.names().get(i));
                    }
                }
            }
        }
        members.putAll(figures(row));
        return members;
    }

    private Map<String, @Nullable Object> figures(UsageRow row) {
        Map<String, @Nullable Object> members = figures(row.figures());
        Figures before = row.before();
        if (before != null) {
            members.put("previous", figures(before));
            members.put("change_percent", change(row.figures(), before));
        }
        return members;
    }

    private Map<String, @Nullable Object> figures(Figures figures) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (Figure figure : question.figures()) {
            BigInteger sum = figures.sum(figure);
            if (sum != null && isTold(figure)) {
                members.put(figure.label(), figure.unit() == Figure.Unit.NANODOLLARS ? Figures.dollars(sum) : sum);
            }
        }
        members.put("currency", CURRENCY);
        if (question.figures().contains(Figure.TOTAL_MICROS)) {
            members.put("average_total_micros", figures.average(Figure.TOTAL_MICROS, Figure.REQUESTS));
            members.put("average_first_byte_micros", figures.average(Figure.FIRST_BYTE_MICROS, Figure.FIRST_BYTES));
        }
        return members;
    }

    private Map<String, @Nullable Object> change(Figures now, Figures before) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (Figure figure : question.figures()) {
            if (isTold(figure)) {
                BigDecimal percent = now.changePercent(figure, before);
                members.put(figure.label(), percent == null ? null : percent.toPlainString());
            }
        }
        return members;
    }

    /** Sums of time are told as averages. */
    private static boolean isTold(Figure figure) {
        return figure.unit() != Figure.Unit.MICROSECONDS && figure != Figure.FIRST_BYTES;
    }

    /** A row whose members have none of their own: {@code previous_charge}. */
    private Map<String, @Nullable Object> flat(UsageRow row) {
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        row(row).forEach((name, value) -> {
            if (value instanceof Map<?, ?> members) {
                members.forEach((inner, cell) -> cells.put(name + "_" + inner, cell));
            } else {
                cells.put(name, value);
            }
        });
        return cells;
    }

    private String time(Instant instant) {
        return time(instant, periods.zone());
    }

    private static String time(Instant instant, ZoneId zone) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atZone(zone));
    }
}
