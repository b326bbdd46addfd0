package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.NOON;
import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Period.Unit;
import dev.tollgate.limits.budget.ShareStore.Grant;
import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the amount of a window changes: decreases, increases, credit, what is carried over, and what was used before. */
class WindowsIT {
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    private long call;

    @AfterEach
    void nothing_has_drifted() {
        assertThat(BUDGETS.drift()).isEmpty();
    }

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @Test
    void the_amount_in_force_after_a_decrease_falls_as_shares_return() {
        long window = BUDGETS.window(1_000);
        long epoch = BUDGETS.openReplica();
        grant(window, epoch, 800);
        setAmount(window, 300);
        assertThat(amounts(window)).isEqualTo("300 800");
        giveBack(window, epoch, 200);
        assertThat(amounts(window)).isEqualTo("300 600");
        BUDGETS.book(BUDGETS.entry(epoch, window, 400, 100));
        giveBack(window, epoch, 400);
        assertThat(amounts(window)).isEqualTo("300 300");
        assertThat(used(window)).isEqualTo(200);
    }

    @Test
    void what_is_booked_beyond_its_hold_after_a_decrease_is_explained() {
        long window = BUDGETS.window(1_000);
        long epoch = BUDGETS.openReplica();
        grant(window, epoch, 800);
        setAmount(window, 300);
        BUDGETS.book(BUDGETS.entry(epoch, window, 100, 250));
        assertThat(used(window)).isEqualTo(950);
        assertThat(BUDGETS.drift()).isEmpty();
        setAmount(window, 200);
        giveBack(window, epoch, 700);
        assertThat(amounts(window)).isEqualTo("200 250");
    }

    @Test
    void an_increase_begins_and_ends_and_what_was_granted_of_it_is_wanted_back() {
        long window = BUDGETS.window(1_000);
        String budget = BUDGETS.rows("select budget_id from budget_window where id = " + window)
                .getFirst();
        long epoch = BUDGETS.openReplica();
        BUDGETS.database.execute(
                "insert into budget_increase (id, budget_id, amount, starts_at, ends_at) values"
                        + " ('inc_%1$s', '%1$s', 500, now() + interval '1 day', now() + interval '2 days')"
                                .formatted(budget),
                "select set_target(%d)".formatted(window));
        assertThat(amounts(window)).isEqualTo("1000 1000");
        assertThat(changeDue()).isZero();

        move(budget, window, "starts_at = now() - interval '1 day'");
        assertThat(changeDue()).isEqualTo(1);
        assertThat(amounts(window)).isEqualTo("1500 1500");
        grant(window, epoch, 1_400);

        move(budget, window, "ends_at = now() - interval '1 hour'");
        assertThat(changeDue()).isEqualTo(1);
        assertThat(amounts(window)).isEqualTo("1000 1400");
        assertThat(await(BUDGETS.shares.beat(epoch)).recalled()).containsExactly(window);
        assertThat(BUDGETS.rows("select next_change_at from budget_window where id = " + window))
                .containsExactly("null");
        assertThat(changeDue()).isZero();
        giveBack(window, epoch, 500);
        assertThat(amounts(window)).isEqualTo("1000 1000");
        assertThat(refuses(window, epoch, 101)).isTrue();
        grant(window, epoch, 100);
    }

    /** Moves an increase in time, and with it the moment at which the window has to be looked at. */
    private static void move(String budget, long window, String change) {
        BUDGETS.database.execute(
                "update budget_increase set %s where budget_id = '%s'".formatted(change, budget),
                "update budget_window set next_change_at = now() where id = %d".formatted(window));
    }

    /**
     * 100 for ten days, 50 for twenty, 70 for ever; 60 are spent when the first expires, which takes 40 with it. 30 more
     * are spent until the second expires: of 60 + 50, 20 are left and forfeited.
     */
    @Test
    void credit_that_expires_first_is_spent_first_and_the_rest_is_forfeited() {
        Budget budget = BUDGETS.budget(Unit.CREDIT, 0);
        topUp(budget, "a", 100, "now() + interval '10 days'");
        topUp(budget, "b", 50, "now() + interval '20 days'");
        topUp(budget, "c", 70, "null");
        long window = BUDGETS.window(budget, NOON);
        long epoch = BUDGETS.openReplica();
        assertThat(amounts(window)).isEqualTo("220 220");
        spend(window, epoch, 60);

        expire(budget, "a");
        assertThat(amounts(window)).isEqualTo("180 180");
        assertThat(refuses(window, epoch, 121)).isTrue();
        spend(window, epoch, 30);

        expire(budget, "b");
        assertThat(amounts(window)).isEqualTo("160 160");
        assertThat(forfeited(budget)).isEqualTo("40 20 0");
        assertThat(refuses(window, epoch, 71)).isTrue();
        spend(window, epoch, 70);
        assertThat(refuses(window, epoch, 1)).isTrue();
    }

    @Test
    void credit_that_was_spent_before_it_expires_leaves_nothing_to_forfeit() {
        Budget budget = BUDGETS.budget(Unit.CREDIT, 0);
        topUp(budget, "a", 100, "now() + interval '10 days'");
        topUp(budget, "b", 70, "null");
        long window = BUDGETS.window(budget, NOON);
        spend(window, BUDGETS.openReplica(), 130);
        expire(budget, "a");
        assertThat(forfeited(budget)).isEqualTo("0 0");
        assertThat(amounts(window)).isEqualTo("170 170");
    }

    @Test
    void credit_that_expires_while_replicas_have_shares_of_it_is_not_taken_from_them() {
        Budget budget = BUDGETS.budget(Unit.CREDIT, 0);
        topUp(budget, "a", 100, "now() + interval '10 days'");
        long window = BUDGETS.window(budget, NOON);
        long epoch = BUDGETS.openReplica();
        grant(window, epoch, 80);
        expire(budget, "a");
        assertThat(amounts(window)).isEqualTo("80 80");
        BUDGETS.book(BUDGETS.entry(epoch, window, 80, 80));
        assertThat(used(window)).isEqualTo(80);
    }

    @Test
    void credit_that_expired_before_the_first_request_is_not_in_the_window() {
        Budget budget = BUDGETS.budget(Unit.CREDIT, 0);
        topUp(budget, "a", 100, "now() - interval '1 day'");
        topUp(budget, "b", 30, "null");
        assertThat(amounts(BUDGETS.window(budget, NOON))).isEqualTo("30 30");
        assertThat(forfeited(budget)).isEqualTo("100 0");
    }

    @Test
    void what_is_left_of_closed_windows_is_carried_into_the_next_ones_up_to_a_bound() {
        Budget budget = BUDGETS.budget(Unit.DAY, 1_000, "carry_over = true, carry_over_max = 600");
        long first = BUDGETS.window(budget, NOON);
        spend(first, BUDGETS.openReplica(), 700);
        long second = BUDGETS.window(budget, NOON.plus(1, ChronoUnit.DAYS)); // opened before the first is closed
        assertThat(amounts(second)).isEqualTo("1000 1000");
        long third = BUDGETS.window(budget, NOON.plus(2, ChronoUnit.DAYS));
        long fifth = BUDGETS.window(budget, NOON.plus(4, ChronoUnit.DAYS)); // the day before has no window

        BUDGETS.number("select close_windows()"); // all of them, as after a long pause

        assertThat(amounts(second)).isEqualTo("1300 1300");
        assertThat(amounts(third)).isEqualTo("1600 1600"); // 600 of 1,300
        assertThat(amounts(fifth)).isEqualTo("1000 1000");
        long sixth = BUDGETS.window(budget, NOON.plus(5, ChronoUnit.DAYS)); // opened after the fifth was closed
        assertThat(amounts(sixth)).isEqualTo("1600 1600");
        long seventh = BUDGETS.window(budget, NOON.plus(7, ChronoUnit.DAYS));
        assertThat(amounts(seventh)).isEqualTo("1000 1000");
    }

    @Test
    void what_may_still_be_spent_is_not_carried_over() {
        Budget budget = BUDGETS.budget(Unit.DAY, 1_000, "carry_over = true");
        long gone = BUDGETS.openReplica();
        long epoch = BUDGETS.openReplica();
        long first = BUDGETS.window(budget, NOON);
        long second = BUDGETS.window(budget, NOON.plus(1, ChronoUnit.DAYS));
        BUDGETS.database.execute(
                "update budget_window set starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour' where id = %d"
                        .formatted(first),
                "update budget_window set starts_at = now() - interval '1 hour', ends_at = now() + interval '1 day' where id = %d"
                        .formatted(second));
        grant(first, gone, 300);
        grant(first, epoch, 400);
        BUDGETS.book(BUDGETS.entry(epoch, first, 200, 50).put("flags", "in_doubt"));

        closeEnded(first);
        assertThat(state(first)).as("a replica that lives has a share of it").isEqualTo("open");

        giveBack(first, epoch, 200);
        BUDGETS.database.execute(
                "update replica set seen_at = now() - interval '1 hour' where epoch = %d".formatted(gone));
        closeEnded(first);
        assertThat(state(first)).isEqualTo("closed");
        assertThat(amounts(second)).as("300 are out, 50 spent, 150 in doubt").isEqualTo("1500 1500");
    }

    @Test
    void windows_that_have_just_ended_stay_open() {
        Budget budget = BUDGETS.budget(Unit.DAY, 1_000);
        long window = BUDGETS.window(budget, NOON);
        BUDGETS.database.execute(
                "update budget_window set ends_at = now() - interval '50 s' where id = %d".formatted(window));
        BUDGETS.number("select close_windows()");
        assertThat(state(window)).isEqualTo("open");
        closeEnded(window);
        assertThat(state(window)).isEqualTo("closed");
    }

    @Test
    void only_one_replica_closes_windows_at_a_time() throws SQLException {
        long window = BUDGETS.window(BUDGETS.budget(Unit.DAY, 1_000), NOON);
        try (var connection = BUDGETS.database.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select close_windows()");
            assertThat(BUDGETS.number("select close_windows()")).isZero();
            connection.rollback();
        }
        closeEnded(window);
        assertThat(state(window)).isEqualTo("closed");
    }

    @Test
    void what_was_used_before_counts_and_takes_nothing_from_replicas() {
        long window = BUDGETS.window(1_000);
        long epoch = BUDGETS.openReplica();
        grant(window, epoch, 800);
        open(window, 500);
        assertThat(amounts(window)).isEqualTo("1000 1300");
        assertThat(refuses(window, epoch, 1)).isTrue();
        giveBack(window, epoch, 400);
        assertThat(amounts(window)).isEqualTo("1000 1000");
        grant(window, epoch, 100);
        open(window, 5_000);
        assertThat(refuses(window, epoch, 1)).isTrue();
        open(window, 0);
        grant(window, epoch, 500);
    }

    @Test
    void a_doubt_is_decided_once() {
        long window = BUDGETS.window(1_000);
        long epoch = BUDGETS.openReplica();
        grant(window, epoch, 400);
        BUDGETS.book(
                BUDGETS.entry(epoch, window, 200, 50).put("flags", "in_doubt"),
                BUDGETS.entry(epoch, window, 200, 0).put("flags", "in_doubt"));
        assertThat(used(window)).isEqualTo(400);
        assertThat(decide(window, 150, "released")).isEqualTo("t");
        assertThat(decide(window, 150, "charged")).isEqualTo("f");
        assertThat(used(window)).isEqualTo(250);
        assertThat(decide(window, 200, "charged")).isEqualTo("t");
        assertThat(used(window)).isEqualTo(250);
    }

    @Test
    void a_truth_that_comes_after_its_doubt_was_released_is_an_excess() {
        long window = BUDGETS.window(1_000);
        long epoch = BUDGETS.openReplica();
        grant(window, epoch, 1_000);
        var guess = BUDGETS.entry(epoch, window, 500, 100).put("outcome", "interrupted");
        BUDGETS.book(guess);
        decide(window, 400, "released");
        grant(window, BUDGETS.openReplica(), 400);
        BUDGETS.book(guess.copy().put("outcome", "ok").put("charge", 350).put("provider_cost", 350));
        assertThat(BUDGETS.rows("select used, settled, excess from use_of(%d)".formatted(window)))
                .containsExactly("1250 350 250");
    }

    @Test
    void what_a_replica_that_was_given_up_spends_all_the_same_is_an_excess() {
        long window = BUDGETS.window(1_000);
        long lost = BUDGETS.openReplica();
        grant(window, lost, 700);
        BUDGETS.book(BUDGETS.entry(lost, window, 300, 200));

        BUDGETS.database.execute("update replica set state = 'closed' where epoch = %d".formatted(lost));
        assertThat(BUDGETS.rows("select release_shares_of(array[%d])".formatted(lost)))
                .containsExactly("1");
        assertThat(used(window)).isEqualTo(200);
        assertThat(await(BUDGETS.shares.grant(window, lost, ++call, 1, 1))).isInstanceOf(Grant.Superseded.class);

        grant(window, BUDGETS.openReplica(), 800);
        BUDGETS.book(BUDGETS.entry(lost, window, 300, 250)); // it was not lost after all
        assertThat(BUDGETS.rows("select used, excess from use_of(%d)".formatted(window)))
                .containsExactly("1250 250");
    }

    @Test
    void amounts_beyond_all_bounds_don_t_fail() {
        long most = Long.MAX_VALUE;
        long window = BUDGETS.window(1_000);
        long epoch = BUDGETS.openReplica();
        grant(window, epoch, 500);
        BUDGETS.book(BUDGETS.entry(epoch, window, 100, most), BUDGETS.entry(epoch, window, 100, most));
        BUDGETS.book(BUDGETS.entry(epoch, window, 100, most));
        assertThat(BUDGETS.rows("select settled from use_of(%d)".formatted(window)))
                .containsExactly("27670116110564327421");
        assertThat(refuses(window, epoch, 1)).isTrue();
        BUDGETS.database.execute(
                "delete from ledger where window_ids = '{%d}'".formatted(window),
                "update share_settled set settled = 0, excess = 0 where window_id = %d".formatted(window),
                "update share_granted set granted = 0 where window_id = %d".formatted(window));
    }

    /** That the check which every test ends with can fail. */
    @Test
    void figures_that_were_tampered_with_are_found() {
        long window = BUDGETS.window(1_000);
        long epoch = BUDGETS.openReplica();
        spend(window, epoch, 400);
        assertThat(BUDGETS.drift()).isEmpty();

        tamper("update share_settled set settled = settled + 1 where window_id = %d", window);
        assertThat(BUDGETS.drift())
                .containsExactlyInAnyOrder(
                        window + " settled is not what the ledger has booked 400 401",
                        window + " a replica has settled more than it was granted 400 401");
        tamper("update share_settled set settled = settled - 1 where window_id = %d", window);

        tamper("update share_granted set granted = granted + 601 where window_id = %d", window);
        assertThat(BUDGETS.drift())
                .containsExactly(window + " more is used than the amount and what exceeded its holds 1000 1001");
        tamper("update share_granted set granted = granted - 601 where window_id = %d", window);

        tamper("delete from ledger where window_ids = '{%d}'", window);
        assertThat(BUDGETS.drift()).containsExactly(window + " settled is not what the ledger has booked 0 400");
        tamper("update share_settled set settled = 0 where window_id = %d", window);
    }

    private static void tamper(String sql, long window) {
        BUDGETS.database.execute(sql.formatted(window));
    }

    private void grant(long window, long epoch, long amount) {
        assertThat(await(BUDGETS.shares.grant(window, epoch, ++call, amount, amount)))
                .isInstanceOfSatisfying(
                        Grant.Given.class, given -> assertThat(given.amount()).isEqualTo(amount));
    }

    private boolean refuses(long window, long epoch, long amount) {
        return await(BUDGETS.shares.grant(window, epoch, ++call, amount, amount)) instanceof Grant.Refused;
    }

    private void giveBack(long window, long epoch, long amount) {
        await(BUDGETS.shares.giveBack(window, epoch, ++call, amount));
    }

    private void spend(long window, long epoch, long amount) {
        grant(window, epoch, amount);
        BUDGETS.book(BUDGETS.entry(epoch, window, amount, amount));
    }

    private static void setAmount(long window, long amount) {
        BUDGETS.database.execute(
                "update budget_window set base_amount = %d where id = %d".formatted(amount, window),
                "select set_target(%d)".formatted(window));
    }

    private static void open(long window, long balance) {
        BUDGETS.database.execute("select set_opening_balance(%d, %d)".formatted(window, balance));
    }

    /** Target and amount in force. */
    private static String amounts(long window) {
        return BUDGETS.rows("select target_amount, amount from budget_window where id = " + window)
                .getFirst();
    }

    private static String state(long window) {
        return BUDGETS.rows("select state from budget_window where id = " + window)
                .getFirst();
    }

    private static long used(long window) {
        return BUDGETS.number("select used from use_of(%d)".formatted(window));
    }

    private static long changeDue() {
        return BUDGETS.number("select change_due_windows()");
    }

    private static void topUp(Budget budget, String name, long amount, String expires) {
        BUDGETS.database.execute(
                "insert into credit_top_up (id, budget_id, amount, expires_at) values ('top_%1$s_%2$s', '%2$s', %3$d, %4$s)"
                        .formatted(name, budget.id(), amount, expires));
    }

    private static void expire(Budget budget, String name) {
        BUDGETS.database.execute("update credit_top_up set expires_at = now() - interval '1 s' where id = 'top_%s_%s'"
                .formatted(name, budget.id()));
        assertThat(changeDue()).isEqualTo(1);
    }

    private static String forfeited(Budget budget) {
        return BUDGETS.rows(
                        "select string_agg(forfeited::text, ' ' order by id) from credit_top_up where budget_id = '%s'"
                                .formatted(budget.id()))
                .getFirst();
    }

    /** Closes windows whose end is past; those of these tests are, by the clock of the machine. */
    private static void closeEnded(long window) {
        BUDGETS.database.execute(
                "update budget_window set ends_at = least(ends_at, now() - interval '1 hour') where id = %d"
                        .formatted(window),
                "select close_windows()");
    }

    private static String decide(long window, long amount, String decision) {
        return BUDGETS.rows("select decide_doubt(id, '%s') from doubt where window_id = %d and amount = %d"
                        .formatted(decision, window, amount))
                .getFirst();
    }
}
