package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Await;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Notices of a real PostgreSQL. */
class RecallListenerIT {
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();
    private static final String LISTENERS =
            "from pg_stat_activity where datname = current_database() and query like 'listen %'";

    private final List<Long> recalled = new CopyOnWriteArrayList<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final Pool pool = BUDGETS.pool(BUDGETS.database, 1);
    private final RecallListener listener =
            new RecallListener(BUDGETS.vertx(), pool, recalled::add, changes::incrementAndGet);

    @AfterEach
    void stop() {
        await(listener.stop());
    }

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @Test
    void windows_that_are_recalled_and_rules_that_change_are_heard_of() {
        listen();
        long window = BUDGETS.window(1_000);
        await(BUDGETS.shares.recall(window));
        Await.until("the recall is heard", () -> recalled.contains(window));

        int before = changes.get();
        BUDGETS.database.execute("update tier set description = 'new' where name = 'free'");
        Await.until("the change is heard", () -> changes.get() > before);
        assertThat(recalled).containsExactly(window);
    }

    @Test
    void many_recalls_of_a_window_in_a_short_time_are_one() {
        long window = BUDGETS.window(1_000);
        BUDGETS.database.execute(
                "update budget_window set recalled_at = clock_timestamp() + interval '1 minute' where id = %d"
                        .formatted(window));
        listen();
        long last = BUDGETS.window(1_000);
        await(BUDGETS.shares.recall(window));
        await(BUDGETS.shares.recall(last));
        Await.until("the last recall is heard", () -> recalled.contains(last));
        assertThat(recalled).containsExactly(last);
    }

    @Test
    void after_a_loss_of_the_connection_it_listens_again_and_tells_that_something_may_be_missed() {
        listen();
        int before = changes.get();
        BUDGETS.number("select count(pg_terminate_backend(pid)) " + LISTENERS);
        Await.until("it listens again", () -> changes.get() > before);

        long window = BUDGETS.window(1_000);
        await(BUDGETS.shares.recall(window));
        Await.until("the recall is heard", () -> recalled.contains(window));
    }

    @Test
    void once_stopped_its_connection_hears_nothing_and_serves_others() {
        listen();
        await(listener.stop());
        assertThat(await(pool.query("select count(*) from pg_listening_channels()")
                                .execute())
                        .iterator()
                        .next()
                        .getLong(0))
                .isZero();
        await(BUDGETS.shares.recall(BUDGETS.window(1_000)));
        assertThat(recalled).isEmpty();
    }

    private void listen() {
        listener.start();
        Await.until("it listens", () -> changes.get() > 0);
    }
}
