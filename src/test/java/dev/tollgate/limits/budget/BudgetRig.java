package dev.tollgate.limits.budget;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.Traits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Budgets of one replica in virtual time, over a store whose every call a test sees and answers. */
final class BudgetRig {
    static final Traits TRAITS = new Traits("org_1", null, "key_1", null, null, null, null, Map.of());
    static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();
    static final long AMOUNT = 1_000;

    final StoreByHand store = new StoreByHand();
    final Budgets budgets;
    private final Deque<Runnable> due = new ArrayDeque<>();
    private final List<Timer> timers = new ArrayList<>();
    private long millis = START;
    private long epoch = 1;

    private record Timer(long at, Runnable action) {}

    BudgetRig() {
        this(Budgets.Settings.DEFAULT);
    }

    BudgetRig(Budgets.Settings settings) {
        budgets = new Budgets(
                store,
                () -> Future.succeededFuture(epoch),
                () -> Instant.ofEpochMilli(millis),
                () -> millis * 1_000_000,
                this::after,
                settings);
    }

    private Runnable after(long delay, Runnable action) {
        Timer timer = new Timer(millis + delay, action);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /** A monthly budget of requests' charge. */
    static Budget budget(String id, Mode mode) {
        return budget(id, mode, Period.Unit.MONTH);
    }

    static Budget budget(String id, Mode mode, Period.Unit unit) {
        Period period = new Period(unit, ZoneOffset.UTC, DayOfWeek.MONDAY, Month.JANUARY);
        return new Budget(id, id, Scope.of(Owner.ORGANIZATION, "org_1"), mode, Measure.CHARGE, period);
    }

    static Amounts charge(long nanos) {
        return new Amounts(nanos, nanos, 0, 0, 1);
    }

    /** A request that is of no use with less than all. */
    static Want all(long nanos) {
        return new Request(nanos, nanos);
    }

    /** A request that can do with less. */
    static Want atLeast(long least, long most) {
        return new Request(least, most);
    }

    private record Request(long least, long nanos) implements Want {
        @Override
        public Amounts most() {
            return charge(nanos);
        }

        @Override
        public @Nullable Want fitted(Measure measure, long room) {
            return room < least ? null : new Request(least, Math.min(nanos, room));
        }
    }

    Future<Hold> hold(long nanos, Budget... rules) {
        return hold(all(nanos), rules);
    }

    Future<Hold> hold(Want want, Budget... rules) {
        Future<Hold> hold = budgets.hold(List.of(rules), TRAITS, want, executor());
        run();
        return hold;
    }

    /** A hold for which the store gives as much as it wants. */
    Hold given(long nanos, Budget... rules) {
        Future<Hold> hold = hold(nanos, rules);
        while (!hold.isComplete()) {
            store.give();
            run();
        }
        return hold.result();
    }

    Executor executor() {
        return due::add;
    }

    /** Does what is due now. */
    void run() {
        for (Runnable next = due.poll(); next != null; next = due.poll()) {
            next.run();
        }
    }

    /** Lets time pass. */
    void pass(long delay) {
        long end = millis + delay;
        for (Timer next = next(end); next != null; next = next(end)) {
            timers.remove(next);
            millis = Math.max(millis, next.at);
            due.add(next.action);
            run();
        }
        millis = end;
        run();
    }

    private @Nullable Timer next(long end) {
        return timers.stream()
                .filter(timer -> timer.at <= end)
                .min(Comparator.comparingLong(Timer::at))
                .orElse(null);
    }

    void restartAs(long newEpoch) {
        epoch = newEpoch;
    }

    void tick(Budget... known) {
        Map<String, Budget> byId = new HashMap<>();
        for (Budget budget : known) {
            byId.put(budget.id(), budget);
        }
        var _ = budgets.tick(byId::get);
        run();
    }

    /** A store that answers when and what a test says. Windows are opened at once, unless it is away. */
    static final class StoreByHand implements ShareStore {
        final List<Call> calls = new ArrayList<>();
        final List<Long> recalled = new ArrayList<>();
        final List<Window> windows = new ArrayList<>();
        private boolean away;

        /** What was asked of the store; {@code back} is what was given back. */
        record Call(long window, long epoch, long number, long need, long want, long back, Promise<Grant> answer) {}

        void goAway() {
            away = true;
        }

        void comeBack() {
            away = false;
        }

        /** The call that waits for its answer. */
        Call open() {
            return calls.stream()
                    .filter(call -> !call.answer.future().isComplete())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no call is open; there were " + calls));
        }

        boolean isAsked() {
            return calls.stream().anyMatch(call -> !call.answer.future().isComplete());
        }

        Call last() {
            return calls.getLast();
        }

        void give() {
            give(open().need);
        }

        void give(long amount) {
            open().answer.complete(new Grant.Given(amount, new Standing(AMOUNT, 0, 0, amount)));
        }

        void refuse(long settled, long inDoubt, long used) {
            open().answer.complete(new Grant.Refused(new Standing(AMOUNT, settled, inDoubt, used)));
        }

        void answer(Grant grant) {
            open().answer.complete(grant);
        }

        void lose() {
            open().answer.fail("lost");
        }

        @Override
        public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
            if (away) {
                return Future.failedFuture("away");
            }
            for (Window window : windows) {
                if (window.budgetId().equals(budget.id()) && window.holds(epochMillis)) {
                    return Future.succeededFuture(window);
                }
            }
            Bounds bounds = Bounds.of(budget.period(), Instant.ofEpochMilli(epochMillis));
            Window window = new Window(
                    windows.size() + 1L,
                    budget.id(),
                    subject,
                    bounds.start().toEpochMilli(),
                    bounds.end().toEpochMilli(),
                    budget.measure());
            windows.add(window);
            return Future.succeededFuture(window);
        }

        @Override
        public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
            return called(new Call(windowId, epoch, call, need, want, 0, Promise.promise()), Function.identity());
        }

        @Override
        public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
            return called(new Call(windowId, epoch, call, 0, 0, amount, Promise.promise()), Future::mapEmpty);
        }

        private <T> Future<T> called(Call call, Function<Future<Grant>, Future<T>> answer) {
            calls.add(call);
            if (away) {
                call.answer.fail("away");
            }
            return answer.apply(call.answer.future());
        }

        @Override
        public Future<Void> recall(long windowId) {
            recalled.add(windowId);
            return Future.succeededFuture();
        }

        @Override
        public Future<Beat> beat(long epoch) {
            return Future.succeededFuture(new Beat(true, 1, List.of()));
        }
    }
}
