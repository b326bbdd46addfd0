package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.LedgerStore;
import dev.tollgate.ledger.pg.PgLedger;
import dev.tollgate.ledger.pg.PgReplica;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Period.Unit;
import dev.tollgate.testkit.Entries;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A journal of requests on both sides of the end of a month is replayed twice, by two processes at once, in any order:
 * entries, guesses with and without the truth after them, and entries in doubt. Each counts once, in its month.
 */
class ReplayIT {
    private static final Instant EDGE = Instant.parse("2026-04-01T00:00:00Z");
    private static final long HELD = 1_000;
    private static final int REQUESTS = 200;
    private static final int BATCH = 17;
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    private final List<JsonObject> journal = new ArrayList<>();
    private final long[] settled = new long[2];
    private final long[] inDoubt = new long[2];

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void each_entry_counts_once_in_its_month(int seed) {
        Random random = new Random(seed);
        Budget budget = BUDGETS.budget(Unit.MONTH, 10_000_000);
        long[] months = {BUDGETS.window(budget, EDGE.minusSeconds(1)), BUDGETS.window(budget, EDGE)};
        long epoch = BUDGETS.openReplica();
        for (long month : months) {
            await(BUDGETS.shares.grant(month, epoch, month, HELD * REQUESTS, HELD * REQUESTS));
        }
        for (int n = 0; n < REQUESTS; n++) {
            write(random, n + seed * REQUESTS, months, epoch);
        }

        List<Future<?>> replays = new ArrayList<>();
        for (int process = 0; process < 2; process++) {
            PgLedger ledger = new PgLedger(BUDGETS.pool, new PgReplica(BUDGETS.pool, UUID.randomUUID()));
            for (int time = 0; time < 2; time++) {
                List<JsonObject> replayed = new ArrayList<>(journal);
                Collections.shuffle(replayed, random);
                for (int from = 0; from < replayed.size(); from += BATCH) {
                    replays.add(book(ledger, replayed.subList(from, Math.min(replayed.size(), from + BATCH))));
                }
            }
        }
        await(Future.all(replays));

        for (int month = 0; month < months.length; month++) {
            assertThat(BUDGETS.rows("select settled, in_doubt from use_of(%d)".formatted(months[month])))
                    .containsExactly("%d %d".formatted(settled[month], inDoubt[month]));
        }
        assertThat(BUDGETS.drift()).isEmpty();
    }

    private void write(Random random, int number, long[] months, long epoch) {
        int month = random.nextInt(2);
        Instant at = EDGE.plusMillis(month == 0 ? -1 - random.nextInt(30_000) : random.nextInt(30_000));
        long cost = random.nextInt((int) HELD);
        JsonObject entry = BUDGETS.entry(epoch, months[month], HELD, cost)
                .put("request_id", Entries.id(at, number).uuid().toString());
        settled[month] += cost;
        switch (random.nextInt(4)) {
            case 0 -> journal.add(entry.put("outcome", "interrupted"));
            case 1 -> journal.add(entry.put("flags", "in_doubt"));
            case 2 -> {
                journal.add(entry.copy().put("outcome", "interrupted").put("charge", random.nextInt((int) HELD)));
                journal.add(entry);
                return;
            }
            default -> {
                journal.add(entry);
                return;
            }
        }
        inDoubt[month] += HELD - cost;
    }

    private static Future<LedgerStore.Booked> book(PgLedger ledger, List<JsonObject> entries) {
        return ledger.book(
                entries.stream().map(entry -> entry.encode().getBytes(UTF_8)).toList());
    }
}
