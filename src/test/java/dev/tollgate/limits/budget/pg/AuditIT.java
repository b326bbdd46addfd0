package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.NOON;
import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.budget.Period.Unit;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The hourly audit finds what the check of the whole ledger finds, without reading what it has read before. */
class AuditIT {
    private final BudgetDatabase budgets = new BudgetDatabase();
    private final PgWindows windows = new PgWindows(budgets.pool);
    private final long epoch = budgets.openReplica();
    private final long window = budgets.window(1_000);

    @AfterEach
    void close() {
        budgets.close();
    }

    @Test
    void figures_that_fit_are_found_to_fit_whatever_was_booked_before_and_after_the_last_audit() {
        Random random = new Random(20261121);
        long[] all = {window, budgets.window(1_000_000), budgets.window(budgets.budget(Unit.DAY, 1_000_000), NOON)};
        for (long each : all) {
            await(budgets.shares.grant(each, epoch, each, 500, 500));
        }
        List<JsonObject> guesses = new ArrayList<>();
        for (int round = 0; round < 40; round++) {
            JsonObject entry = budgets.entry(epoch, all, new long[] {20, 20, 20}, random.nextInt(30));
            if (random.nextBoolean()) {
                guesses.add(entry.put("outcome", "interrupted"));
            }
            budgets.book(entry);
            if (random.nextBoolean() && !guesses.isEmpty()) {
                budgets.book(guesses.removeFirst().copy().put("outcome", "ok").put("charge", random.nextInt(30)));
            }
            switch (random.nextInt(4)) {
                case 0 -> anHourPasses();
                case 1 -> budgets.number("select close_windows()");
                case 2 -> assertThat(audit()).isZero();
                default -> {}
            }
        }
        anHourPasses();
        assertThat(audit()).isZero();
        assertThat(budgets.rows("select window_id, booked from window_audit order by 1"))
                .containsExactlyElementsOf(budgets.rows("""
                        select w.id, u.settled from budget_window as w cross join lateral use_of(w.id) as u
                        order by 1"""));
        assertThat(budgets.drift()).isEmpty();
    }

    @Test
    void what_does_not_fit_is_told_once_by_an_alert_until_it_fits() {
        spend(400);
        assertThat(audit()).isZero();
        anHourPasses();
        budgets.database.execute("update share_settled set settled = settled + 1");
        for (int i = 0; i < 2; i++) {
            assertThat(audit()).isEqualTo(2);
            assertThat(budgets.rows(
                            "select kind, severity, organization_id, payload ->> 'expected', payload ->> 'actual', subject"
                                    + " from alert order by seq"))
                    .hasSize(2)
                    .anySatisfy(alert -> assertThat(alert)
                            .startsWith("budget_drift 2 null 400 401 Window %d of budget bud_".formatted(window))
                            .endsWith(": settled is not what the ledger has booked"));
        }
        budgets.database.execute("update share_settled set settled = settled - 1");
        assertThat(audit()).isZero();
    }

    @Test
    void all_three_invariants_are_held() {
        spend(400);
        budgets.database.execute("update share_granted set granted = granted + 601");
        assertThat(audit()).isEqualTo(1);
        budgets.database.execute("update share_granted set granted = 399");
        assertThat(audit()).isEqualTo(1);
        assertThat(budgets.rows("select payload ->> 'what' from alert order by seq"))
                .containsExactly(
                        "more is used than the amount and what exceeded its holds",
                        "a replica has settled more than it was granted");
    }

    @Test
    void within_the_hour_nobody_looks_again_and_all_hear_what_was_found() {
        spend(400);
        budgets.database.execute("update share_settled set settled = settled + 1");
        assertThat(await(windows.audit())).isEqualTo(2);
        budgets.database.execute("update share_settled set settled = settled - 1");
        assertThat(await(windows.audit())).isEqualTo(2);
        budgets.database.execute("update budget_audit set audited_at = now() - interval '61 minutes'");
        assertThat(await(windows.audit())).isZero();
    }

    @Test
    void while_one_replica_looks_others_hear_what_was_found_before() throws SQLException {
        spend(400);
        budgets.database.execute("update share_settled set settled = settled + 1");
        try (Connection connection = budgets.database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select audit_budgets('0 s')");
            assertThat(audit()).isZero();
            connection.commit();
        }
        assertThat(audit()).isEqualTo(2);
    }

    /** A batch that began before the audit and commits after it is in the sums of the next one. */
    @Test
    void nothing_is_left_out_of_the_sums_that_was_under_way() throws SQLException {
        try (Connection connection = budgets.database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1");
            spend(100);
            budgets.database.execute("update ledger set booked_at = booked_at - interval '1 hour'");
            assertThat(budgets.number("select audit_budgets('0 s', '0 s')")).isZero();
            assertThat(budgets.rows("select booked from window_audit")).containsExactly("100");
            statement.execute("select booked from book_entries('%s', 0::smallint)"
                    .formatted(new JsonArray(List.of(budgets.entry(epoch, window, 30, 30))).encode()));
            try (ResultSet rows = statement.executeQuery("select booked_before <= now() from budget_audit")) {
                assertThat(rows.next() && rows.getBoolean(1))
                        .as("now() is when the transaction began")
                        .isTrue();
            }
            connection.commit();
        }
        assertThat(budgets.number("select audit_budgets('0 s', '0 s')")).isZero();
        assertThat(budgets.rows("select booked from window_audit")).containsExactly("130");
    }

    @Test
    void a_sum_that_is_wrong_itself_is_counted_again() {
        spend(400);
        anHourPasses();
        assertThat(audit()).isZero();
        budgets.database.execute("update window_audit set booked = booked - 7");
        assertThat(audit()).isZero();
        assertThat(budgets.rows("select booked from window_audit")).containsExactly("400");
        assertThat(budgets.number("select count(*) from alert")).isZero();
    }

    @Test
    void windows_that_ended_long_ago_are_looked_at_when_something_is_booked_in_them() {
        long old = budgets.window(budgets.budget(Unit.DAY, 1_000), NOON);
        budgets.number("select close_windows()");
        budgets.database.execute("insert into share_settled values (%d, %d, 10, 10)".formatted(old, epoch));
        assertThat(audit()).isZero();
        budgets.book(budgets.entry(epoch, old, 0, 5));
        assertThat(audit()).isEqualTo(1);
    }

    private void spend(long amount) {
        await(budgets.shares.grant(window, epoch, 1, amount, amount));
        budgets.book(budgets.entry(epoch, window, amount, amount));
    }

    /** What was booked so far was booked an hour before, and audited if it was. */
    private void anHourPasses() {
        budgets.database.execute("update ledger set booked_at = booked_at - interval '1 hour'");
        budgets.database.execute("update budget_audit set booked_before = booked_before - interval '1 hour'");
    }

    private int audit() {
        return (int) budgets.number("select audit_budgets('0 s')");
    }
}
