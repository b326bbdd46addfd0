package dev.tollgate.limits.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.Scope.Per;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.budget.Period.Unit;
import io.vertx.core.Future;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The days of 20,000 keys turn at one instant, at the end of a day of 25 hours, and nobody notices. */
class MidnightHerdTest {
    private static final int KEYS = 20_000;
    private static final Instant MIDNIGHT = Instant.parse("2026-10-25T23:00:00Z");
    private static final Budget DAY = new Budget(
            "bud_day",
            "a day of each key",
            new Scope(Owner.PLATFORM, "", null, null, null, null, null, List.of(Per.KEY)),
            Mode.HARD,
            Measure.CHARGE,
            new Period(Unit.DAY, ZoneId.of("Europe/Berlin"), DayOfWeek.MONDAY, Month.JANUARY));

    private final Counting store = new Counting();
    private long millis = MIDNIGHT.toEpochMilli() - Duration.ofMinutes(5).toMillis();
    private final Budgets budgets = new Budgets(
            store,
            () -> Future.succeededFuture(1L),
            () -> Instant.ofEpochMilli(millis),
            () -> millis * 1_000_000,
            (_, _) -> () -> {},
            Budgets.Settings.DEFAULT);

    private boolean holdsForAll() {
        boolean all = true;
        for (int key = 0; key < KEYS; key++) {
            Traits traits = new Traits("org_1", null, "key_" + key, null, null, null, null, Map.of());
            Future<Hold> hold = budgets.hold(List.of(DAY), traits, BudgetRig.all(100), Runnable::run);
            all &= hold.succeeded();
            hold.onSuccess(held -> held.settle(BudgetRig.charge(10), null, millis));
        }
        return all;
    }

    @Test
    void next_windows_are_opened_ahead_spread_over_a_minute_and_the_first_second_asks_nobody() {
        assertThat(holdsForAll()).isTrue();
        assertThat(store.windows.values())
                .allMatch(window -> window.endsMillis() - window.startsMillis()
                        == Duration.ofHours(25).toMillis());
        int most = 0;
        while (millis < MIDNIGHT.toEpochMilli()) {
            store.calls = 0;
            assertThat(budgets.tick(_ -> DAY).succeeded()).isTrue();
            most = Math.max(most, store.calls);
            millis += 1_000;
        }
        assertThat(store.windows).hasSize(2 * KEYS);
        assertThat(most).as("calls in a second, of 40,000").isBetween(1, 1_000);

        store.calls = 0;
        assertThat(holdsForAll()).isTrue();
        assertThat(store.calls).isZero();

        for (int second = 0; second < 3; second++) {
            assertThat(budgets.tick(_ -> DAY).succeeded()).isTrue();
            millis += 1_000;
        }
        assertThat(budgets.windowCount()).as("yesterday is forgotten").isEqualTo(KEYS);
    }

    /** Gives what is needed, and counts how often it is asked. */
    private static final class Counting implements ShareStore {
        private static final Standing RICH = new Standing(Long.MAX_VALUE, 0, 0, 0);

        final Map<String, Window> windows = new HashMap<>();
        int calls;

        @Override
        public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
            calls++;
            Bounds bounds = Bounds.of(budget.period(), Instant.ofEpochMilli(epochMillis));
            return Future.succeededFuture(windows.computeIfAbsent(
                    subject + bounds.start(),
                    _ -> new Window(
                            windows.size() + 1L,
                            budget.id(),
                            subject,
                            bounds.start().toEpochMilli(),
                            bounds.end().toEpochMilli(),
                            budget.measure())));
        }

        @Override
        public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
            calls++;
            return Future.succeededFuture(new Grant.Given(need, RICH));
        }

        @Override
        public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
            calls++;
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> recall(long windowId) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Beat> beat(long epoch) {
            return Future.succeededFuture(new Beat(true, 1, List.of()));
        }
    }
}
