package dev.tollgate.limits.budget.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.RequestId;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.ShareStore;
import dev.tollgate.limits.budget.ShareStore.Standing;
import dev.tollgate.limits.budget.ShareStoreContract;
import dev.tollgate.limits.budget.Spend;
import dev.tollgate.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of stores, held against a real PostgreSQL. */
class PgSharesIT extends ShareStoreContract {
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    /** The database hangs; it gives what was asked for when nobody waits for it any more, and then it is asked again. */
    @Test
    void a_call_that_is_not_answered_in_time_fails_and_is_done_once() throws SQLException {
        long window = BUDGETS.window(1_000);
        long epoch = BUDGETS.openReplica();
        PgShares hasty = new PgShares(BUDGETS.pool, Duration.ofMillis(50));
        try (Connection connection = BUDGETS.database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from budget_window where id = " + window + " for update");
            Future<ShareStore.Grant> answer = hasty.grant(window, epoch, 1, 300, 300);
            assertThatThrownBy(() -> await(answer)).hasRootCauseInstanceOf(TimeoutException.class);
            connection.rollback();
        }
        assertThat(await(store().grant(window, epoch, 1, 300, 300))).isInstanceOf(ShareStore.Grant.Given.class);
        Await.until(
                "the first call has ended",
                () -> BUDGETS.number("select count(*) from pg_stat_activity where datname = current_database()"
                                + " and state = 'active' and query like '%from grant_share%'")
                        == 1); // this question
        assertThat(granted(window, epoch)).isEqualTo(300);
    }

    @BeforeEach
    void forgetReplicas() {
        BUDGETS.database.execute("update replica set state = 'closed'");
    }

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @Override
    protected ShareStore store() {
        return BUDGETS.shares;
    }

    @Override
    protected void add(Budget budget, long amount) {
        BUDGETS.add(budget, amount);
    }

    @Override
    protected long openReplica(UUID journal) {
        return BUDGETS.openReplica(journal);
    }

    @Override
    protected void releaseShares(UUID journal, long beforeEpoch) {
        BUDGETS.number("select release_shares('%s', %d)".formatted(journal, beforeEpoch));
    }

    @Override
    protected void book(Spend spend) {
        BUDGETS.book(entry(spend));
    }

    @Override
    protected void quarantine(Spend spend) {
        BUDGETS.rows("select from quarantine_entry('%s', null, 'constraint', '23514', 0::smallint)"
                .formatted(entry(spend).encode()));
    }

    private static JsonObject entry(Spend spend) {
        JsonObject entry = BUDGETS.entry(spend.epoch(), spend.windowId(), spend.held(), 0)
                .put("request_id", id(spend.requestId()))
                .put("input_tokens", spend.amount() / 3)
                .put("output_tokens", spend.amount() - spend.amount() / 3);
        return switch (spend.end()) {
            case KNOWN -> entry.put("outcome", "ok");
            case IN_DOUBT -> entry.put("outcome", "failed").put("flags", "estimated,in_doubt");
            case GUESSED -> entry.put("outcome", "interrupted");
        };
    }

    /** An id of a time that the ledger takes. */
    private static String id(UUID random) {
        UUID noon = RequestId.lowestAt(BudgetDatabase.NOON.toEpochMilli());
        return new UUID(noon.getMostSignificantBits(), random.getLeastSignificantBits()).toString();
    }

    @Override
    protected void setAmount(long windowId, long amount) {
        BUDGETS.database.execute(
                "update budget_window set base_amount = %d where id = %d".formatted(amount, windowId),
                "select set_target(%d)".formatted(windowId));
    }

    @Override
    protected void close(long windowId) {
        BUDGETS.database.execute("update budget_window set state = 'closed' where id = " + windowId);
    }

    @Override
    protected Standing standing(long windowId) {
        String[] figures = BUDGETS.rows("""
                select target_amount, settled, in_doubt, used
                from budget_window as w cross join lateral use_of(w.id) where w.id = %d""".formatted(windowId)).getFirst().split(" ");
        return new Standing(
                Long.parseLong(figures[0]),
                Long.parseLong(figures[1]),
                Long.parseLong(figures[2]),
                Long.parseLong(figures[3]));
    }

    @Override
    protected long granted(long windowId, long epoch) {
        return BUDGETS.number(
                "select granted from share_granted where window_id = %d and epoch = %d".formatted(windowId, epoch));
    }

    @Override
    protected long excess(long windowId) {
        return BUDGETS.number("select excess from use_of(%d)".formatted(windowId));
    }

    @Override
    protected List<String> drift() {
        return BUDGETS.drift();
    }
}
