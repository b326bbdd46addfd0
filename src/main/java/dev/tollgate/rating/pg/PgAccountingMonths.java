package dev.tollgate.rating.pg;

import dev.tollgate.access.pg.Change;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/** The months whose accounts are closed, in PostgreSQL. */
public final class PgAccountingMonths {
    /** The one that entries on their way into a month hold together. */
    private static final long CLOSING_LOCK = 7_005;

    private final Pool pool;

    public PgAccountingMonths(Pool pool) {
        this.pool = pool;
    }

    /** A month that was closed, and with it all before it. */
    public record Closed(YearMonth month, Instant at, String by) {}

    /** Closed months, the last one first. */
    public Future<List<Closed>> closed() {
        return pool.query("select month, closed_at, closed_by from accounting_month order by month desc")
                .execute()
                .map(rows -> {
                    List<Closed> closed = new ArrayList<>();
                    for (Row row : rows) {
                        closed.add(new Closed(
                                YearMonth.from(row.getLocalDate(0)),
                                row.getOffsetDateTime(1).toInstant(),
                                row.getString(2)));
                    }
                    return closed;
                });
    }

    /** Closes a month; whether it was open until now. Waits for entries that are on their way into it. */
    public Future<Boolean> close(Change change, YearMonth month) {
        LocalDate first = month.atDay(1);
        return change.connection()
                .preparedQuery("select pg_advisory_xact_lock($1)")
                .execute(Tuple.of(CLOSING_LOCK))
                .compose(_ -> change.connection()
                        .preparedQuery("""
                                insert into accounting_month (month, closed_by)
                                select $1, $2 where not exists (select from accounting_month where month >= $1)
                                """)
                        .execute(Tuple.of(first, change.principal().name())))
                .map(result -> result.rowCount() == 1);
    }
}
