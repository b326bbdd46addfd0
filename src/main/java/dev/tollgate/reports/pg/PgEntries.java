package dev.tollgate.reports.pg;

import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Money;
import dev.tollgate.reports.Entry;
import dev.tollgate.reports.EntryPosition;
import dev.tollgate.reports.EntryQuestion;
import dev.tollgate.reports.QuarantinedEntry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;

/** Entries of the ledger, a page at a time. */
public final class PgEntries {
    private final Snapshot snapshot;

    public PgEntries(Pool pool) {
        this.snapshot = new Snapshot(pool);
    }

    /** So many entries at most, in order. */
    public Future<List<Entry>> find(EntryQuestion question, int limit) {
        Parameters parameters = new Parameters();
        String statement = statement(question, limit, parameters);
        return Database.answer(snapshot.ask(statement, parameters)).map(rows -> {
            List<Entry> entries = new ArrayList<>(rows.size());
            rows.forEach(row -> entries.add(entry(row)));
            return entries;
        });
    }

    static String statement(EntryQuestion question, int limit, Parameters parameters) {
        return "select request_id, seq, provider_cost, charge, " + EntryColumns.json() + " from ledger where "
                + EntryConditions.of(question, parameters) + " order by " + EntryConditions.order(question) + " limit "
                + parameters.add(limit);
    }

    /** Entries that the ledger can't take, newest first, before number {@code before}. */
    public Future<List<QuarantinedEntry>> quarantined(long before, int limit) {
        Parameters parameters = new Parameters();
        String statement = "select id, created_at, reason, sqlstate, entry from ledger_quarantine where id < "
                + parameters.add(before) + " order by id desc limit " + parameters.add(limit);
        return Database.answer(snapshot.ask(statement, parameters)).map(rows -> {
            List<QuarantinedEntry> entries = new ArrayList<>(rows.size());
            for (Row row : rows) {
                entries.add(new QuarantinedEntry(
                        row.getLong(0),
                        row.getOffsetDateTime(1).toInstant(),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4)));
            }
            return entries;
        });
    }

    private static Entry entry(Row row) {
        return new Entry(
                new EntryPosition(row.getUUID(0), row.getShort(1)),
                new Money(row.getLong(2)),
                new Money(row.getLong(3)),
                row.getString(4));
    }
}
