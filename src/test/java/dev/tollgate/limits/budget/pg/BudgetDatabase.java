package dev.tollgate.limits.budget.pg;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.EntryJson;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.budget.Period.Unit;
import dev.tollgate.testkit.Entries;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A database with the schema, in which budgets are made and entries are booked. Its ledger begins with the year 2026. */
final class BudgetDatabase implements AutoCloseable {
    /** When the requests of tests began. */
    static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger numbers = new AtomicInteger();
    private final List<Pool> pools = new ArrayList<>();
    private final Connection connection;
    final TestDatabase database = TestPostgres.freshDatabase();
    final Pool pool;
    final PgShares shares;

    BudgetDatabase() {
        database.execute(
                "update ledger_range set floor = '2026-01-01Z'",
                "select make_ledger_partitions('2026-01-01Z', 5)",
                "insert into organization (id, name) values ('org_1', 'One')");
        try {
            connection = database.connect();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        pool = pool(database, 8);
        shares = new PgShares(pool, Duration.ofSeconds(20));
    }

    Vertx vertx() {
        return vertx;
    }

    /** Connections to a database or over a link to it. */
    Pool pool(TestDatabase to, int size) {
        Pool made = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(size))
                .connectingTo(PgConnectOptions.fromUri(to.reactiveUrl())
                        .setUser(to.user())
                        .setPassword(to.password()))
                .using(vertx)
                .build();
        pools.add(made);
        return made;
    }

    /** A hard budget of the platform that counts money. */
    Budget budget(Unit unit, long amount) {
        return budget(unit, amount, "");
    }

    /** The same with further columns of the budget: {@code "carry_over = true"}. */
    Budget budget(Unit unit, long amount, String columns) {
        Budget budget = new Budget(
                "bud_" + numbers.incrementAndGet() + "_" + UUID.randomUUID(),
                "",
                Scope.of(Owner.PLATFORM, ""),
                Mode.HARD,
                Measure.CHARGE,
                new Period(unit, ZoneId.of("UTC"), DayOfWeek.MONDAY, Month.JANUARY));
        add(budget, amount);
        if (!columns.isEmpty()) {
            database.execute("update budget set %s where id = '%s'".formatted(columns, budget.id()));
        }
        return budget;
    }

    /** Stores a budget. */
    void add(Budget budget, long amount) {
        database.execute(
                "insert into rule (id, owner, mode) values ('%s', 'platform', '%s')"
                        .formatted(budget.id(), budget.mode().label()),
                "insert into budget (id, measure, amount, period) values ('%s', '%s', %d, '%s')"
                        .formatted(
                                budget.id(),
                                budget.measure().label(),
                                amount,
                                budget.period().unit().label()));
    }

    /** The window of a new budget without periods. */
    long window(long amount) {
        return window(budget(Unit.TOTAL, amount), NOON);
    }

    /** The window of a budget at an instant. */
    long window(Budget budget, Instant at) {
        return await(shares.windowAt(budget, "", at.toEpochMilli())).id();
    }

    /** A run of a replica that has a journal of its own. */
    long openReplica() {
        return openReplica(UUID.randomUUID());
    }

    long openReplica(UUID journal) {
        return number("select replica_epoch from open_replica('%s')".formatted(journal));
    }

    /** An entry that cost an amount and counts in windows. */
    JsonObject entry(long epoch, long[] windows, long[] holds, long charge) {
        RequestId id = Entries.id(NOON, numbers.incrementAndGet());
        byte[] plain = EntryJson.bytes(Entries.as(
                Entries.at(Entries.at(NOON, 1), new Money(charge)),
                id,
                Entries.at(NOON, 1).origin()));
        return counted(new JsonObject(new String(plain, UTF_8)), epoch, windows, holds);
    }

    JsonObject entry(long epoch, long window, long held, long charge) {
        return entry(epoch, new long[] {window}, new long[] {held}, charge);
    }

    static JsonObject counted(JsonObject entry, long epoch, long[] windows, long[] holds) {
        JsonArray ids = new JsonArray();
        JsonArray amounts = new JsonArray();
        for (int i = 0; i < windows.length; i++) {
            ids.add(windows[i]);
            amounts.add(holds[i]);
        }
        return entry.put("epoch", epoch).put("window_ids", ids).put("window_holds", amounts);
    }

    /** Books entries as one batch. */
    void book(JsonObject... entries) {
        rows("select booked from book_entries('%s', 0::smallint)"
                .formatted(new JsonArray(List.of(entries)).encode().replace("'", "''")));
    }

    /** What does not fit together. */
    List<String> drift() {
        return rows("select * from budget_drift()");
    }

    long number(String sql) {
        return Long.parseLong(rows(sql).getFirst());
    }

    /** Rows as text, columns separated by blanks. */
    synchronized List<String> rows(String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join(" ", columns));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        pools.forEach(made -> await(made.close()));
        await(vertx.close());
    }
}
