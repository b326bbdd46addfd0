package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.NOON;
import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.LedgerStore.PoisonEntry;
import dev.tollgate.ledger.pg.PgLedger;
import dev.tollgate.ledger.pg.PgReplica;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period.Unit;
import dev.tollgate.testkit.Entries;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an entry cost that the ledger can't take stays used, whatever becomes of the replica, until somebody decides or it is
 * booked after all. Of each window of 1,000 a replica is granted 600; one request of it has held 200.
 */
class QuarantineIT {
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();

    private final UUID journal = UUID.randomUUID();
    private final PgReplica replica = new PgReplica(BUDGETS.pool, journal);
    private final PgLedger ledger = new PgLedger(BUDGETS.pool, replica);
    private final long epoch = await(replica.epoch());

    @AfterEach
    void nothing_has_drifted() {
        assertThat(BUDGETS.drift()).isEmpty();
    }

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    /** Nobody can store a NUL; the rest of the entry is as ever. What it cost is known, or may be all that was held. */
    @ParameterizedTest
    @CsvSource({
        "ok,          120, 120",
        "ok,          350, 350",
        "interrupted,  80, 200",
        "interrupted, 350, 350",
        "ok,            0,   0"
    })
    void poison_stays_used_over_a_restart(String outcome, long cost, long inDoubt) {
        long window = window();
        JsonObject poison =
                BUDGETS.entry(epoch, window, 200, cost).put("outcome", outcome).put("caller_request_id", "a\0b");
        quarantine(poison);
        long beyondItsHold = Math.max(0, cost - 200);
        assertThat(figures(window)).isEqualTo("%d 0 %d".formatted(600 + beyondItsHold, inDoubt));
        quarantine(poison); // as a replay of the journal does
        assertThat(figures(window)).isEqualTo("%d 0 %d".formatted(600 + beyondItsHold, inDoubt));

        restart();
        assertThat(figures(window)).isEqualTo("%1$d 0 %1$d".formatted(inDoubt));
        assertThat(BUDGETS.rows("select distinct reason from doubt where window_id = " + window))
                .containsExactlyElementsOf(inDoubt == 0 ? List.of() : List.of("quarantined"));
    }

    @Test
    void entries_of_times_that_the_ledger_does_not_take_stay_used_with_the_others_of_their_batch() {
        long window = window();
        JsonObject good = BUDGETS.entry(epoch, window, 200, 50);
        JsonObject early = at("2025-12-31T23:00:00Z", BUDGETS.entry(epoch, window, 200, 120));
        JsonObject far = at("2126-01-01T00:00:00Z", BUDGETS.entry(epoch, window, 200, 30));
        book(early, good, far);
        book(early, good, far);
        assertThat(figures(window)).isEqualTo("600 50 150");
        restart();
        assertThat(figures(window)).isEqualTo("200 50 150");
    }

    @Test
    void where_the_cost_itself_is_poison_all_that_was_held_is_in_doubt() {
        long window = window();
        quarantine("""
                {"request_id": "%s", "epoch": %d, "window_ids": [%d], "window_holds": [200], "charge": 99999999999999999999}
                """.formatted(Entries.id(NOON, 5_001).uuid(), epoch, window));
        restart();
        assertThat(figures(window)).isEqualTo("200 0 200");
    }

    @Test
    void what_is_no_entry_at_all_counts_nowhere_and_is_kept() {
        quarantine("{\"cut o");
        quarantine("[1]");
        quarantine("\0");
        quarantine("{\"request_id\": \"%s\", \"epoch\": 1, \"window_ids\": \"none\"}"
                .formatted(Entries.id(NOON, 5_002).uuid()));
        assertThat(BUDGETS.number(
                        "select count(*) from ledger_quarantine where entry in ('{\"cut o', '[1]', '\uFFFD')"))
                .isEqualTo(3);
    }

    @Test
    void each_window_has_in_doubt_what_it_measures() {
        long money = window();
        var budget = BUDGETS.budget(Unit.TOTAL, 1_000, "measure = 'tokens'");
        long tokens = BUDGETS.window(budget, NOON);
        assertThat(BUDGETS.rows("select measure from budget_window where id = " + tokens))
                .containsExactly(Measure.TOKENS.label());
        grant(tokens);
        quarantine(BUDGETS.entry(epoch, new long[] {tokens, money}, new long[] {200, 200}, 70)
                .put("input_tokens", 30)
                .put("output_tokens", 12)
                .put("caller_request_id", "a\0b"));
        restart();
        assertThat(figures(money)).isEqualTo("70 0 70");
        assertThat(figures(tokens)).isEqualTo("42 0 42");
    }

    @Test
    void an_operator_releases_it() {
        long window = window();
        quarantine(BUDGETS.entry(epoch, window, 200, 120).put("caller_request_id", "a\0b"));
        restart();
        BUDGETS.number("select count(decide_doubt(id, 'released')) from doubt where window_id = " + window);
        assertThat(figures(window)).isEqualTo("0 0 0");
    }

    /** As operators do when its month is there again, while the replica lives and after its end. */
    @ParameterizedTest
    @CsvSource({
        "ok, 120, 600 120 0, 120 120 0",
        "ok, 350, 750 350 0, 350 350 0",
        "interrupted, 80, 600 80 120, 200 80 120"
    })
    void booked_after_all_it_counts_once(String outcome, long cost, String alive, String ended) {
        for (boolean isAlive : List.of(true, false)) {
            long window = window();
            JsonObject entry =
                    BUDGETS.entry(await(replica.epoch()), window, 200, cost).put("outcome", outcome);
            quarantine(entry);
            if (!isAlive) {
                restart();
            }
            book(entry);
            book(entry);
            assertThat(figures(window)).isEqualTo(isAlive ? alive : ended);
        }
    }

    @Test
    void the_truth_takes_the_place_of_a_guess_in_quarantine() {
        long window = window();
        JsonObject guess = BUDGETS.entry(epoch, window, 200, 80).put("outcome", "interrupted");
        quarantine(guess);
        book(guess.copy().put("outcome", "ok").put("charge", 260).put("provider_cost", 260));
        assertThat(figures(window)).isEqualTo("660 260 0");
        restart();
        assertThat(figures(window)).isEqualTo("260 260 0");
    }

    @Test
    void what_is_booked_already_or_corrects_another_entry_is_in_doubt_nowhere() {
        long window = window();
        JsonObject entry = BUDGETS.entry(epoch, window, 200, 120);
        book(entry);
        quarantine(entry);
        quarantine(BUDGETS.entry(epoch, window, 0, 40).put("seq", 2).put("kind", "adjustment"));
        assertThat(figures(window)).isEqualTo("600 120 0");
    }

    @Test
    void spend_that_was_only_counted_stays_used_too() {
        long window = window();
        long other = BUDGETS.openReplica();
        quarantine(BUDGETS.entry(other, window, 0, 120).put("caller_request_id", "a\0b"));
        assertThat(figures(window)).isEqualTo("720 0 120");
    }

    private long window() {
        long window = BUDGETS.window(1_000);
        grant(window);
        return window;
    }

    private void grant(long window) {
        await(BUDGETS.shares.grant(window, epoch, 1, 600, 600));
    }

    private void quarantine(JsonObject entry) {
        quarantine(entry.encode());
    }

    private void quarantine(String entry) {
        await(ledger.quarantine(
                entry.getBytes(UTF_8), new PoisonEntry("invalid_data", "22P05", new IllegalStateException())));
    }

    private void book(JsonObject... entries) {
        await(ledger.book(List.of(entries).stream()
                .map(entry -> entry.encode().getBytes(UTF_8))
                .toList()));
    }

    /** Another process has the journal, has booked all that is in it, and takes back what is left. */
    private void restart() {
        long next = BUDGETS.openReplica(journal);
        BUDGETS.number("select release_shares('%s', %d)".formatted(journal, next));
    }

    private static JsonObject at(String instant, JsonObject entry) {
        return entry.put(
                "request_id", Entries.id(Instant.parse(instant), 1).uuid().toString());
    }

    /** Used, settled and in doubt. */
    private static String figures(long window) {
        return BUDGETS.rows("select used, settled, in_doubt from use_of(%d)".formatted(window))
                .getFirst();
    }
}
