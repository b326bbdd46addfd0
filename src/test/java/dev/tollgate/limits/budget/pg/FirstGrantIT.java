package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.pg.PgLedger;
import dev.tollgate.ledger.pg.PgReplica;
import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A budget that only counted begins to hold while what was counted is being booked. Of 1,000 a replica has spent 300 without
 * a share when it is granted its first one, of 500: it may spend 800, and 200 are left for others.
 */
class FirstGrantIT {
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    private final PgReplica replica = new PgReplica(BUDGETS.pool, UUID.randomUUID());
    private final PgLedger ledger = new PgLedger(BUDGETS.pool, replica);
    private final long epoch = await(replica.epoch());
    private final long window = BUDGETS.window(1_000);
    private final JsonObject counted = BUDGETS.entry(epoch, window, 0, 300);

    @AfterEach
    void what_was_counted_and_granted_is_used() {
        assertThat(BUDGETS.rows("select used, settled, granted, excess from use_of(%d)".formatted(window)))
                .containsExactly("800 300 800 300");
        long other = BUDGETS.openReplica();
        assertThat(await(BUDGETS.shares.grant(window, other, 1, 201, 201))).isInstanceOf(Grant.Refused.class);
        assertThat(await(BUDGETS.shares.grant(window, other, 2, 200, 200))).isInstanceOf(Grant.Given.class);

        book(BUDGETS.entry(epoch, window, 500, 500));
        assertThat(BUDGETS.drift()).isEmpty();
    }

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @Test
    void the_batch_comes_first() {
        book(counted);
        grant();
    }

    @Test
    void the_grant_comes_first() {
        grant();
        book(counted);
    }

    @Test
    void the_grant_comes_before_the_batch_has_committed() throws SQLException {
        whileUncommitted(
                "select booked from book_entries('%s', 0::smallint)"
                        .formatted(new JsonArray(List.of(counted)).encode()),
                () -> BUDGETS.shares.grant(window, epoch, 1, 500, 500).mapEmpty());
    }

    @Test
    void the_batch_comes_before_the_grant_has_committed() throws SQLException {
        whileUncommitted(
                "select given from grant_share(%d, %d, 1, 500, 500)".formatted(window, epoch),
                () -> ledger.book(List.of(counted.encode().getBytes(UTF_8))).mapEmpty());
    }

    /** Begins the second call when the first has done its work, and commits the first when the second waits or has ended. */
    private static void whileUncommitted(String first, Supplier<Future<Void>> second) throws SQLException {
        try (Connection connection = BUDGETS.database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(first);
            Future<Void> answer = second.get();
            Await.until(
                    "the second waits, or has ended",
                    () -> answer.isComplete()
                            || BUDGETS.number("select count(*) from pg_stat_activity where datname = current_database()"
                                            + " and wait_event_type = 'Lock'")
                                    == 1);
            connection.commit();
            await(answer);
        }
    }

    private void grant() {
        await(BUDGETS.shares.grant(window, epoch, 1, 500, 500));
    }

    private void book(JsonObject entry) {
        await(ledger.book(List.of(entry.encode().getBytes(UTF_8))));
    }
}
