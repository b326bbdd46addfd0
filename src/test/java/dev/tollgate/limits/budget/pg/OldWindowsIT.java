package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.NOON;
import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ledger.LedgerStore.Booked;
import dev.tollgate.ledger.LedgerStore.PoisonEntry;
import dev.tollgate.ledger.pg.PgLedger;
import dev.tollgate.ledger.pg.PgReplica;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Period.Unit;
import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is kept until April 2026: windows that have ended before, with all that belongs to them, go for good. */
class OldWindowsIT {
    private static final Instant KEPT = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant MAY = Instant.parse("2026-05-10T12:00:00Z");
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    private final PgReplica replica = new PgReplica(BUDGETS.pool, UUID.randomUUID());
    private final PgLedger ledger = new PgLedger(BUDGETS.pool, replica);
    private final PgWindows windows = new PgWindows(BUDGETS.pool);
    private final long epoch = await(replica.epoch());
    private final Budget daily = BUDGETS.budget(Unit.DAY, 1_000);

    @BeforeEach
    void forget() {
        BUDGETS.number("select count(close_windows())");
        prune();
    }

    @AfterEach
    void nothing_has_drifted() {
        assertThat(BUDGETS.drift()).isEmpty();
    }

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @Test
    void windows_that_ended_long_ago_go_with_their_shares_and_doubts() {
        long old = spent(daily, NOON);
        long young = spent(daily, MAY);
        long endless = spent(BUDGETS.budget(Unit.TOTAL, 1_000), NOON);
        prune();
        assertThat(windowsOf(old, young, endless)).as("none is closed").isEqualTo(3);

        BUDGETS.number("select close_windows()");
        prune();
        assertThat(windowsOf(old)).isZero();
        assertThat(windowsOf(young, endless)).isEqualTo(2);
        for (String table : List.of("share_granted", "share_settled", "doubt")) {
            assertThat(BUDGETS.rows("select distinct window_id from " + table + " order by 1"))
                    .as(table)
                    .containsExactly(String.valueOf(young), String.valueOf(endless));
        }
    }

    @Test
    void windows_of_which_work_under_way_holds_something_stay() {
        long old = spent(daily, NOON);
        BUDGETS.database.execute("insert into durable_hold (window_id, request_id, amount) values (%d, '%s', 5)"
                .formatted(old, UUID.randomUUID()));
        BUDGETS.number("select close_windows()");
        prune();
        assertThat(windowsOf(old)).isEqualTo(1);
        BUDGETS.database.execute("update durable_hold set state = 'settled'");
        prune();
        assertThat(windowsOf(old)).isZero();
    }

    @Test
    void released_doubts_go_and_those_that_count_stay() {
        long window = spent(BUDGETS.budget(Unit.TOTAL, 1_000), NOON);
        BUDGETS.book(BUDGETS.entry(epoch, window, 100, 10).put("flags", "in_doubt"));
        BUDGETS.database.execute("update doubt set state = 'released', decided_at = '2026-03-01Z' where amount = 90");
        prune();
        assertThat(BUDGETS.rows("select amount from doubt where window_id = " + window))
                .containsExactly("150");
    }

    @Test
    void runs_that_have_ended_go_when_they_have_no_share_left() {
        long idle = BUDGETS.openReplica();
        long holding = BUDGETS.openReplica();
        await(BUDGETS.shares.grant(BUDGETS.window(1_000), holding, 1, 10, 10));
        BUDGETS.database.execute("update replica set state = 'closed', seen_at = '2026-03-01Z' where epoch in (%d, %d)"
                .formatted(idle, holding));
        prune();
        assertThat(BUDGETS.rows("select epoch from replica where epoch in (%d, %d, %d) order by 1"
                        .formatted(epoch, idle, holding)))
                .containsExactly(String.valueOf(epoch), String.valueOf(holding));
    }

    @Test
    void so_many_go_at_a_time_from_the_oldest_on() {
        long[] old = new long[5];
        for (int i = 0; i < old.length; i++) {
            old[i] = BUDGETS.window(daily, NOON.plusSeconds(i * 86_400L));
        }
        BUDGETS.number("select close_windows()");
        assertThat(BUDGETS.number("select prune_budgets('2026-04-01Z', 2)")).isEqualTo(2);
        assertThat(windowsOf(old[0], old[1])).isZero();
        assertThat(windowsOf(old)).isEqualTo(3);
        assertThat(BUDGETS.number("select prune_budgets('2026-04-01Z', 9)")).isEqualTo(3);
    }

    @Test
    void what_comes_late_for_a_window_that_is_gone_is_booked_and_counts_nowhere() {
        long old = spent(daily, NOON);
        long endless = spent(BUDGETS.budget(Unit.TOTAL, 1_000), NOON);
        JsonObject guess = BUDGETS.entry(epoch, new long[] {old, endless}, new long[] {50, 50}, 20)
                .put("outcome", "interrupted");
        assertThat(book(guess)).isEqualTo(new Booked(1, 0, 0));
        BUDGETS.number("select close_windows()");
        prune();
        JsonObject truth = guess.copy().put("outcome", "ok").put("charge", 30).put("provider_cost", 30);
        JsonObject late = BUDGETS.entry(epoch, new long[] {endless, old}, new long[] {50, 50}, 20);
        assertThat(book(truth, late)).isEqualTo(new Booked(1, 1, 0));
        assertThat(BUDGETS.rows("select settled from use_of(%d)".formatted(endless)))
                .containsExactly("100");
        assertThat(await(BUDGETS.shares.grant(old, epoch, 9, 1, 1))).isInstanceOf(Grant.Closed.class);
        await(BUDGETS.shares.giveBack(old, epoch, 10, 1));
        await(BUDGETS.shares.recall(old));
    }

    /** The batch counts in a window that is being deleted; it waits for that, fails, and does not see it the next time. */
    @Test
    void what_is_booked_while_its_window_goes_is_no_poison() throws SQLException {
        long old = BUDGETS.window(daily, NOON);
        BUDGETS.number("select close_windows()");
        JsonObject entry = BUDGETS.entry(epoch, old, 50, 20);
        try (Connection connection = BUDGETS.database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select prune_budgets('2026-04-01Z', 1000)");
            Future<Booked> booked = ledger.book(List.of(entry.encode().getBytes(UTF_8)));
            Await.until(
                    "the batch waits",
                    () -> BUDGETS.number("select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and wait_event_type = 'Lock'")
                            == 1);
            connection.commit();
            assertThatThrownBy(() -> await(booked)).cause().cause().isNotInstanceOf(PoisonEntry.class);
        }
        assertThat(book(entry)).isEqualTo(new Booked(1, 0, 0));
    }

    @Test
    void only_one_replica_tidies_up_at_a_time() throws SQLException {
        long old = BUDGETS.window(daily, NOON);
        BUDGETS.number("select close_windows()");
        try (Connection connection = BUDGETS.database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select prune_budgets('2000-01-01Z', 1000)");
            prune();
            assertThat(windowsOf(old)).isEqualTo(1);
            connection.rollback();
        }
        prune();
        assertThat(windowsOf(old)).isZero();
    }

    @Test
    void a_period_whose_window_is_gone_may_have_one_again() {
        long old = BUDGETS.window(daily, NOON);
        BUDGETS.number("select close_windows()");
        prune();
        assertThat(BUDGETS.window(daily, NOON)).isNotEqualTo(old);
    }

    /** A window of which 50 are spent, 150 in doubt and nothing is held. */
    private long spent(Budget budget, Instant at) {
        long window = BUDGETS.window(budget, at);
        await(BUDGETS.shares.grant(window, epoch, 1, 200, 200));
        BUDGETS.book(BUDGETS.entry(epoch, window, 200, 50).put("flags", "in_doubt"));
        return window;
    }

    private void prune() {
        await(windows.prune(KEPT));
    }

    private Booked book(JsonObject... entries) {
        return await(ledger.book(List.of(entries).stream()
                .map(entry -> entry.encode().getBytes(UTF_8))
                .toList()));
    }

    private static long windowsOf(long... ids) {
        return BUDGETS.number("select count(*) from budget_window where id = any ('%s')"
                .formatted(Arrays.toString(ids).replace('[', '{').replace(']', '}')));
    }
}
