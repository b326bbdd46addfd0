package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.testkit.Await;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sixteen replicas ask for what is left of a window of 1,500, all at once. */
class GrantRaceIT {
    private static final int CLIENTS = 16;
    private static final long AMOUNT = 1_500;
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    private final Pool pool = BUDGETS.pool(BUDGETS.database, CLIENTS);
    private final PgShares shares = new PgShares(pool, Duration.ofMinutes(1));
    private final AtomicLong call = new AtomicLong();

    @AfterEach
    void nothing_has_drifted() {
        assertThat(BUDGETS.drift()).isEmpty();
    }

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @Test
    void unit_by_unit_they_are_granted_exactly_what_there_is() {
        long window = BUDGETS.window(AMOUNT);
        List<Future<Long>> clients = IntStream.range(0, CLIENTS)
                .mapToObj(_ -> untilRefused(one(window), BUDGETS.openReplica(), 0))
                .toList();
        assertThat(clients.stream().mapToLong(client -> await(client)).sum()).isEqualTo(AMOUNT);
        assertThat(granted(window)).isEqualTo(AMOUNT);
    }

    @Test
    void of_those_who_wait_for_the_last_unit_one_gets_it() throws SQLException {
        long window = BUDGETS.window(AMOUNT);
        assertThat(forTheLastUnit(window, one(window))).isEqualTo(1);
        assertThat(granted(window)).isEqualTo(AMOUNT);
    }

    /**
     * That the test above can fail: a grant that is one statement computes what is used from what it saw before it waited
     * for the window, and gives the same unit to all.
     */
    @Test
    void a_grant_of_one_statement_would_grant_it_to_all() throws SQLException {
        BUDGETS.database.execute("""
                create function grant_in_one_statement(w bigint, asking bigint) returns bigint language sql as $$
                    with locked as (select id, target_amount from budget_window where id = w for no key update)
                    insert into share_granted (window_id, epoch, granted, call, given)
                    select id, asking, 1, 1, 1 from locked where (use_of(id)).used + 1 <= target_amount
                    returning 1
                $$""");
        long window = BUDGETS.window(AMOUNT);
        assertThat(forTheLastUnit(
                        window,
                        epoch -> pool.preparedQuery("select coalesce(grant_in_one_statement($1, $2), 0)")
                                .execute(Tuple.of(window, epoch))
                                .map(rows -> rows.iterator().next().getLong(0))))
                .isEqualTo(CLIENTS);
        assertThat(BUDGETS.drift()).hasSize(1);
        BUDGETS.database.execute("delete from share_granted where window_id = " + window);
    }

    /** What they get together who all wait for the window while one unit of it is left. */
    private long forTheLastUnit(long window, LongFunction<Future<Long>> grant) throws SQLException {
        await(shares.grant(window, BUDGETS.openReplica(), 1, AMOUNT - 1, AMOUNT - 1));
        List<Future<Long>> clients;
        try (Connection connection = BUDGETS.database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from budget_window where id = " + window + " for update");
            clients = IntStream.range(0, CLIENTS)
                    .mapToObj(_ -> grant.apply(BUDGETS.openReplica()))
                    .toList();
            Await.until(
                    "all wait",
                    () -> BUDGETS.number("select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and wait_event_type = 'Lock'")
                            == CLIENTS);
            connection.commit();
        }
        return clients.stream().mapToLong(client -> await(client)).sum();
    }

    private LongFunction<Future<Long>> one(long window) {
        return epoch -> shares.grant(window, epoch, call.incrementAndGet(), 1, 1)
                .map(grant -> grant instanceof Grant.Given given ? given.amount() : 0L);
    }

    private static Future<Long> untilRefused(LongFunction<Future<Long>> grant, long epoch, long sum) {
        return grant.apply(epoch)
                .compose(given -> given == 0 ? Future.succeededFuture(sum) : untilRefused(grant, epoch, sum + given));
    }

    private static long granted(long window) {
        return BUDGETS.number("select sum(granted) from share_granted where window_id = " + window);
    }
}
