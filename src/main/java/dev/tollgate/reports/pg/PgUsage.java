package dev.tollgate.reports.pg;

import dev.tollgate.access.pg.Database;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Figures;
import dev.tollgate.reports.Grouping;
import dev.tollgate.reports.UsageAnswer;
import dev.tollgate.reports.UsagePosition;
import dev.tollgate.reports.UsageQuestion;
import dev.tollgate.reports.UsageRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers questions about usage from the sums per quarter hour, never from the ledger. */
public final class PgUsage {
    private final Snapshot snapshot;

    public PgUsage(Pool pool) {
        this.snapshot = new Snapshot(pool);
    }

    public Future<UsageAnswer> ask(UsageQuestion question) {
        UsageStatement statement = new UsageStatement(question);
        return Database.answer(snapshot.ask(statement.text(), statement.parameters()))
                .map(rows -> {
                    List<UsageRow> all = new ArrayList<>(rows.size());
                    rows.forEach(row -> all.add(row(question, row)));
                    return new UsageAnswer(List.copyOf(all.subList(1, all.size())), all.getFirst());
                });
    }

    private static UsageRow row(UsageQuestion question, Row row) {
        int column = 1;
        int period = row.getInteger(column++);
        String value = row.getString(column++);
        List<String> keys = new ArrayList<>();
        List<@Nullable String> groups = new ArrayList<>();
        List<@Nullable String> names = new ArrayList<>();
        for (Grouping grouping : question.groups()) {
            String key = row.getString(column++);
            keys.add(key);
            groups.add(value(grouping, key));
            names.add(row.getString(column++));
        }
        Figures figures = figures(question, row, column);
        Figures before = question.compares()
                ? figures(question, row, column + question.figures().size())
                : null;
        return new UsageRow(
                period, groups, names, figures, before, new UsagePosition(value, period, List.copyOf(keys)));
    }

    /** The sums have an empty text where an entry has no value; before the value of a tag there is one character. */
    private static @Nullable String value(Grouping grouping, String key) {
        if (key.isEmpty()) {
            return null;
        }
        return grouping instanceof Grouping.ByTag ? key.substring(1) : key;
    }

    private static Figures figures(UsageQuestion question, Row row, int column) {
        Map<Figure, BigInteger> sums = new EnumMap<>(Figure.class);
        int next = column;
        for (Figure figure : question.figures()) {
            sums.put(figure, row.getBigDecimal(next++).toBigIntegerExact());
        }
        return new Figures(sums);
    }
}
