package dev.tollgate.limits.budget.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Await;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Eight writers book batches, take and give back shares, correct guesses, release shares and change amounts, in any order,
 * over the same windows. None waits for another in a circle.
 */
class WindowLocksIT {
    private static final int WRITERS = 8;
    private static final int ROUNDS = 400;
    private static final int WINDOWS = 6;
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    private final long[] windows = LongStream.range(0, WINDOWS)
            .map(_ -> BUDGETS.window(1_000_000_000_000L))
            .toArray();

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @Test
    void writers_in_any_order_never_wait_in_a_circle() throws Exception {
        BUDGETS.database.execute(
                "alter function grant_share reset lock_timeout", // a slow machine is no deadlock
                "alter function return_share reset lock_timeout",
                "update budget set carry_over = true");
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            List<Callable<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(i);
                writers.add(() -> {
                    write(random);
                    return null;
                });
            }
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
        }
        assertThat(BUDGETS.drift()).isEmpty();
        assertThat(BUDGETS.number("select deadlocks from pg_stat_database where datname = current_database()"))
                .isZero();
        // Where what is updated often has room on its page, its indexes are left alone and vacuum has little to do.
        assertThat(hotShare("share_settled")).isGreaterThan(0.8);
        assertThat(hotShare("share_granted")).isGreaterThan(0.8);
    }

    /** Each writer has its own journal; the guesses of all are corrected by any. */
    private void write(Random random) throws SQLException {
        UUID journal = UUID.randomUUID();
        List<JsonObject> guesses = new ArrayList<>();
        try (Connection connection = BUDGETS.database.connect();
                Statement statement = connection.createStatement()) {
            long epoch = begin(statement, journal);
            for (int round = 1; round <= ROUNDS; round++) {
                long window = windows[random.nextInt(WINDOWS)];
                switch (random.nextInt(12)) {
                    case 0, 1, 2 ->
                        number(
                                statement,
                                "select given from grant_share(%d, %d, %d, 100000, 5000000)"
                                        .formatted(window, epoch, round));
                    case 3 -> // what it does not need for a batch
                        number(statement, """
                                select 1 from share_granted as g left join share_settled as s using (window_id, epoch)
                                cross join lateral return_share(window_id, epoch, %3$d, greatest(0, granted - 60000 - settled)::bigint)
                                where window_id = %1$d and epoch = %2$d and granted > coalesce(settled, 0) + 60000
                                union all select 1""".formatted(window, epoch, round));
                    case 4 -> {
                        number(statement, "select change_due_windows()");
                        number(statement, "select close_windows()");
                        number(statement, "select 1 from recall_window(%d)".formatted(window));
                    }
                    case 5 -> {
                        statement.execute(
                                "update budget_window set base_amount = base_amount + 1 where id = " + window);
                        number(statement, "select 1 from set_target(%d)".formatted(window));
                    }
                    case 6 -> {
                        epoch = begin(statement, journal);
                        number(statement, "select release_shares('%s', %d)".formatted(journal, epoch));
                    }
                    case 7 -> {
                        Collections.shuffle(guesses, random);
                        book(
                                statement,
                                guesses.stream()
                                        .map(guess -> guess.copy()
                                                .put("outcome", "ok")
                                                .put("charge", random.nextInt(1_000)))
                                        .toList());
                        guesses.clear();
                    }
                    default -> book(statement, batch(epoch, random, guesses));
                }
            }
        }
    }

    /** A new run, with a share of every window. */
    private long begin(Statement statement, UUID journal) throws SQLException {
        long epoch = number(statement, "select replica_epoch from open_replica('%s')".formatted(journal));
        for (long window : windows) {
            number(statement, "select given from grant_share(%d, %d, 0, 100000, 100000)".formatted(window, epoch));
        }
        return epoch;
    }

    private List<JsonObject> batch(long epoch, Random random, List<JsonObject> guesses) {
        List<JsonObject> batch = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            List<Long> in = new ArrayList<>(LongStream.of(windows).boxed().toList());
            Collections.shuffle(in, random);
            long[] some = in.stream()
                    .limit(1 + random.nextInt(WINDOWS))
                    .mapToLong(id -> id)
                    .toArray();
            long[] holds = LongStream.of(some).map(_ -> 500).toArray();
            JsonObject entry = BUDGETS.entry(epoch, some, holds, random.nextInt(600));
            if (random.nextInt(6) == 0) {
                entry.put("outcome", "interrupted");
                guesses.add(entry);
            } else if (random.nextInt(6) == 0) {
                entry.put("flags", "in_doubt");
            }
            batch.add(entry);
        }
        return batch;
    }

    private static void book(Statement statement, List<JsonObject> entries) throws SQLException {
        number(
                statement,
                "select booked from book_entries('%s', 0::smallint)".formatted(new JsonArray(entries).encode()));
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** What share of the updates of a table left its indexes alone. */
    private static double hotShare(String table) {
        String figures = "select %s from pg_stat_user_tables where relname = '" + table + "'";
        Await.until("the writers' figures are in", () -> BUDGETS.number(figures.formatted("n_tup_upd")) > 1_000);
        double share = BUDGETS.number(figures.formatted("n_tup_hot_upd"))
                / (double) BUDGETS.number(figures.formatted("n_tup_upd"));
        System.out.printf("%s: %.1f %% of updates are HOT%n", table, 100 * share);
        return share;
    }
}
