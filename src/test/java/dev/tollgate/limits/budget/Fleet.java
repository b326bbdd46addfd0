package dev.tollgate.limits.budget;

import dev.tollgate.limits.budget.SimulatedRequest.Count;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Replicas in virtual time over a store that is two milliseconds away and never fails. */
final class Fleet {
    private static final long STORE_MILLIS = 2;

    final VirtualTime time;
    final ModelShares store;
    final List<Budgets> replicas = new ArrayList<>();
    private final Map<String, Budget> budgets = new HashMap<>();
    private long requests;

    Fleet(Instant start, int size) {
        time = new VirtualTime(start.toEpochMilli());
        store = new ModelShares(() -> Instant.ofEpochMilli(time.millis()));
        for (int i = 0; i < size; i++) {
            long epoch = store.openReplica(new UUID(1, i));
            Budgets replica = new Budgets(
                    new Far(),
                    () -> Future.succeededFuture(epoch),
                    () -> Instant.ofEpochMilli(time.millis()),
                    () -> time.millis() * 1_000_000,
                    this::timer,
                    Budgets.Settings.DEFAULT);
            replicas.add(replica);
            every(1_000, () -> replica.tick(budgets::get));
            every(500, () -> store.beat(epoch).onSuccess(beat -> replica.recalled(beat.recalled())));
        }
    }

    void add(Budget budget, long amount) {
        budgets.put(budget.id(), budget);
        store.add(budget, amount);
    }

    void every(long millis, Runnable action) {
        time.after(millis, () -> {
            action.run();
            every(millis, action);
        });
    }

    private Runnable timer(long delay, Runnable action) {
        boolean[] stopped = {false};
        time.after(delay, () -> {
            if (!stopped[0]) {
                action.run();
            }
        });
        return () -> stopped[0] = true;
    }

    void runFor(long millis) {
        long end = time.millis() + millis;
        while (time.next(end)) {
            continue;
        }
    }

    Future<Hold> hold(int replica, Want want, Budget... rules) {
        return replicas.get(replica).hold(List.of(rules), BudgetRig.TRAITS, want, task -> time.after(0, task));
    }

    /** Ends a request, and books it half a second later. */
    void end(Hold hold, long cost) {
        SimulatedRequest request = new SimulatedRequest(new UUID(2, ++requests));
        long[] amounts = hold.amountsUpTo(null);
        for (int i = 0; i < amounts.length; i++) {
            Count count = new Count(request, hold.windowIds()[i], hold.epoch(), amounts[i]);
            time.after(500, () -> store.book(count.spend(cost, Spend.End.KNOWN)));
        }
        hold.settle(BudgetRig.charge(cost), null, time.millis());
    }

    private final class Far implements ShareStore {
        private <T> Future<T> far(Supplier<Future<T>> call) {
            Promise<T> answer = Promise.promise();
            time.after(STORE_MILLIS, () -> call.get().onComplete(answer));
            return answer.future();
        }

        @Override
        public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
            return far(() -> store.windowAt(budget, subject, epochMillis));
        }

        @Override
        public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
            return far(() -> store.grant(windowId, epoch, call, need, want));
        }

        @Override
        public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
            return far(() -> store.giveBack(windowId, epoch, call, amount));
        }

        @Override
        public Future<Void> recall(long windowId) {
            return far(() -> store.recall(windowId));
        }

        @Override
        public Future<Beat> beat(long epoch) {
            return far(() -> store.beat(epoch));
        }
    }
}
