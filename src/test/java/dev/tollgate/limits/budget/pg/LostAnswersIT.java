package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.pg.PgLedger;
import dev.tollgate.ledger.pg.PgReplica;
import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.testkit.LossyLink;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The database has given, taken back or booked, and the connection breaks before the replica hears of it. The replica
 * says the same again until it has an answer, and knows then what the database knows.
 */
class LostAnswersIT {
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    /** The numbers of calls go over the wire as eight bytes; these begin with "CALL". */
    private static final long FIRST_CALL = 0x43414C4C_00000001L;

    private static final String CALL = "CALL";
    private static final String BATCH = "[{\"request_id\":";

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @Test
    void calls_and_batches_whose_answers_got_lost_are_done_once() {
        loses(60, new Random(20_261_121));
    }

    @Test
    @Tag("long")
    void a_thousand_calls_and_batches_whose_answers_got_lost_are_done_once() {
        loses(1_000, new Random(20_261_122));
    }

    private static void loses(int times, Random random) {
        long window = BUDGETS.window(1_000_000_000);
        long epoch = BUDGETS.openReplica();
        int port = BUDGETS.database.port();
        try (LossyLink calls = LossyLink.to(port, CALL, () -> random.nextInt(3) > 0);
                LossyLink batches = LossyLink.to(port, BATCH, () -> random.nextInt(3) > 0)) {
            Pool toShares = BUDGETS.pool(BUDGETS.database.over(calls), 1);
            Pool toLedger = BUDGETS.pool(BUDGETS.database.over(batches), 1);
            PgShares shares = new PgShares(toShares, Duration.ofSeconds(30));
            PgLedger ledger = new PgLedger(toLedger, new PgReplica(toLedger, UUID.randomUUID()));
            long call = FIRST_CALL;
            long free = 0;
            long spent = 0;
            while (calls.lost() < times || batches.lost() < times / 2) {
                long number = call++;
                int amount = 1 + random.nextInt(100);
                switch (random.nextInt(3)) {
                    case 0 ->
                        free += ((Grant.Given) untilAnswered(() -> shares.grant(window, epoch, number, amount, amount)))
                                .amount();
                    case 1 -> {
                        long back = Math.min(free, amount);
                        untilAnswered(() -> shares.giveBack(window, epoch, number, back));
                        free -= back;
                    }
                    default -> {
                        List<byte[]> batch = new ArrayList<>();
                        long cost = 0;
                        for (long held = Math.min(free, amount); held > 0; held /= 3) {
                            long one = random.nextLong(held + 1);
                            batch.add(BUDGETS.entry(epoch, window, held, one)
                                    .encode()
                                    .getBytes(UTF_8));
                            cost += one;
                            if (free < cost + held / 3) {
                                break;
                            }
                        }
                        untilAnswered(() -> ledger.book(batch));
                        free -= cost;
                        spent += cost;
                    }
                }
                assertThat(BUDGETS.rows("select granted, settled, used, excess from use_of(%d)".formatted(window)))
                        .containsExactly("%d %d %d 0".formatted(free + spent, spent, free + spent));
            }
            assertThat(calls.passed()).isPositive();
            assertThat(batches.passed()).isPositive();
            assertThat(BUDGETS.drift()).isEmpty();
            await(toShares.close());
            await(toLedger.close());
        }
    }

    private static <T> T untilAnswered(Supplier<Future<T>> call) {
        while (true) {
            Future<T> answer = call.get();
            try {
                return await(answer);
            } catch (IllegalStateException e) {
                assertThat(answer.failed()).as("the connection broke").isTrue();
                assertThat(e).hasStackTraceContaining("Connection");
            }
        }
    }
}
