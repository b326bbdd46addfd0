package dev.tollgate.reports.pg;

import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Money;
import dev.tollgate.reports.EntryRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Entries out of one snapshot of the ledger, as many at a time as somebody asks for. One call at a time. */
public final class Export {
    private final SqlConnection connection;
    private final Transaction transaction;
    private final Cursor cursor;
    private final Runnable closed;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile boolean isAtEnd;

    Export(SqlConnection connection, Transaction transaction, Cursor cursor, Runnable closed) {
        this.connection = connection;
        this.transaction = transaction;
        this.cursor = cursor;
        this.closed = closed;
    }

    /** The next entries, so many at most; none at the end. */
    public Future<List<EntryRow>> next(int count) {
        if (isAtEnd) {
            return Future.succeededFuture(List.of());
        }
        return Database.answer(cursor.read(count)).map(rows -> {
            isAtEnd = !cursor.hasMore();
            List<EntryRow> entries = new ArrayList<>(rows.size());
            rows.forEach(row -> entries.add(entry(row)));
            return entries;
        });
    }

    /** Gives the connection back. May be called again. */
    public void close() {
        if (isClosed.compareAndSet(false, true)) {
            cursor.close()
                    .eventually(() -> transaction.rollback())
                    .eventually(() -> connection.close())
                    .onComplete(_ -> closed.run());
        }
    }

    private static EntryRow entry(Row row) {
        List<@Nullable String> cells = new ArrayList<>(row.size() - 2);
        for (int i = 2; i < row.size(); i++) {
            cells.add(row.getString(i));
        }
        return new EntryRow(new Money(row.getLong(0)), new Money(row.getLong(1)), cells);
    }
}
