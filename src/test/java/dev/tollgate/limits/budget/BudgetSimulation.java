package dev.tollgate.limits.budget;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.budget.BudgetRefusal.Reason;
import dev.tollgate.limits.budget.ShareStore.Standing;
import dev.tollgate.limits.budget.SimulatedRequest.Count;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Replicas with the real engine over one model of the store, in virtual time, with all that can go wrong: all of it follows
 * from a seed. After every event the books are held against what truly happened.
 */
final class BudgetSimulation {
    private static final long START = Instant.parse("2026-10-25T00:59:40Z").toEpochMilli();
    private static final long TROUBLE_MILLIS = 30_000;
    private static final long QUIET_MILLIS = 30_000;
    private static final long TIMEOUT_MILLIS = 1_000;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int TRACE_MAX = 400;

    final SplittableRandom random;
    final Mutation mutation;
    final VirtualTime time = new VirtualTime(START);
    final ModelShares model = new ModelShares(() -> Instant.ofEpochMilli(time.millis()));
    final Map<String, Budget> budgets = new LinkedHashMap<>();
    private final long seed;
    private final List<SimulatedReplica> replicas = new ArrayList<>();
    private final List<SimulatedRequest> requests = new ArrayList<>();
    private final Map<Long, Ceiling> windows = new TreeMap<>();
    private final Map<String, Long> amounts = new LinkedHashMap<>();
    private final Map<SimulatedReplica, Long> partitionedUntil = new LinkedHashMap<>();
    private final Deque<String> trace = new ArrayDeque<>();
    private final boolean hasDelays;
    private final int lossPercent;
    private final List<Long> lostEpochs = new ArrayList<>();
    private boolean isTrouble = true;
    private boolean hasChanged;
    private long outageUntil;
    private long numbers;
    int sent;
    int refusals;

    /** What may be used of a window: the target, or what was used when that was lowered. */
    private static final class Ceiling {
        final Window window;
        final boolean isHard;
        long target;
        long inForce;
        long highest;

        Ceiling(Window window, boolean isHard, long amount) {
            this.window = window;
            this.isHard = isHard;
            this.target = amount;
            this.inForce = amount;
            this.highest = amount;
        }
    }

    BudgetSimulation(long seed, Mutation mutation) {
        this.seed = seed;
        this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L);
        this.mutation = mutation;
        this.hasDelays = random.nextInt(5) > 0;
        this.lossPercent = random.nextInt(3) * random.nextInt(10);
        addBudget("bud_1", Mode.HARD, Period.Unit.MONTH);
        addBudget("bud_2", Mode.HARD, Period.Unit.HOUR);
        addBudget("bud_3", Mode.HARD, Period.Unit.HOUR);
        addBudget("bud_4", Mode.SOFT, Period.Unit.DAY);
        int count = random.nextInt(10) == 0 ? 20 : random.nextInt(1, 6);
        for (int i = 0; i < count; i++) {
            long skew = random.nextBoolean() ? 0 : random.nextLong(-HOUR_MILLIS, HOUR_MILLIS);
            replicas.add(new SimulatedReplica(this, skew));
        }
    }

    private void addBudget(String id, Mode mode, Period.Unit unit) {
        Budget budget = BudgetRig.budget(id, mode, unit);
        budgets.put(id, budget);
        long amount = random.nextLong(50, random.nextBoolean() ? 500 : 20_000);
        amounts.put(id, amount);
        model.add(budget, amount);
    }

    /** Runs to the end; throws with the last steps where something is not as it must be. */
    BudgetSimulation run() {
        try {
            after(0, this::happen);
            long end = START + TROUBLE_MILLIS;
            while (time.next(end)) {
                checkWhatChanged();
            }
            calmDown();
            while (time.next(end + QUIET_MILLIS)) {
                checkWhatChanged();
            }
            checkThatNothingIsStuck();
            return this;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e + "\n" + String.join("\n", trace), e);
        }
    }

    UUID nextId() {
        return new UUID(0, ++numbers);
    }

    long nextNumber() {
        return ++numbers;
    }

    private void after(long delay, Runnable action) {
        time.after(delay, action);
    }

    private void say(String what) {
        if (trace.size() == TRACE_MAX) {
            trace.removeFirst();
        }
        trace.add((time.millis() - START) + " " + what);
    }

    private int indexOf(SimulatedReplica replica) {
        return replicas.indexOf(replica);
    }

    // What happens.

    private void happen() {
        if (!isTrouble) {
            return;
        }
        SimulatedReplica replica = replicas.get(random.nextInt(replicas.size()));
        int what = random.nextInt(100);
        if (what < 70) {
            begin(replica);
        } else if (what < 74) {
            pause(replica);
        } else if (what < 78) {
            crash(replica, random.nextInt(4) > 0);
        } else if (what < 82) {
            partitionedUntil.put(replica, time.millis() + random.nextLong(5_000));
            say("partition of " + indexOf(replica));
        } else if (what < 84) {
            outageUntil = time.millis() + random.nextLong(3_000);
            say("outage");
        } else if (what < 90) {
            changeAmount();
        } else if (what < 92) {
            closeOne();
        } else if (replica.isUp() && !replica.isPaused()) {
            replica.after(0, () -> replica.budgets().giveBackAll());
        }
        after(random.nextLong(600), this::happen);
    }

    private void begin(SimulatedReplica replica) {
        if (!replica.isUp() || replica.isPaused()) {
            return;
        }
        List<Budget> rules =
                budgets.values().stream().filter(_ -> random.nextBoolean()).toList();
        int parallel = random.nextInt(8) == 0 ? 20 : random.nextInt(1, 4);
        for (int i = 0; i < parallel; i++) {
            long most = random.nextInt(10) == 0 ? random.nextLong(400) : random.nextLong(1, 40);
            Want want = random.nextBoolean() ? BudgetRig.all(most) : BudgetRig.atLeast(most / 4 + 1, most);
            long cost = random.nextInt(20) == 0 ? random.nextLong(3 * most + 1) : random.nextLong(most / 4 + 1);
            long lasts = random.nextInt(5) == 0 ? random.nextLong(10_000) : random.nextLong(1_000);
            replica.begin(rules, want, cost, lasts);
        }
    }

    private void pause(SimulatedReplica replica) {
        if (replica.isUp() && !replica.isPaused()) {
            say("pause of " + indexOf(replica));
            replica.pause();
            after(random.nextLong(15_000), () -> {
                if (replica.isPaused()) {
                    say("go on, " + indexOf(replica));
                    replica.resume();
                }
            });
        }
    }

    private void crash(SimulatedReplica replica, boolean keepsJournal) {
        if (replica.isUp()) {
            say("crash of " + indexOf(replica) + (keepsJournal ? "" : ", journal lost"));
            replica.crash(keepsJournal);
            after(random.nextLong(5_000), () -> {
                if (!replica.isUp()) {
                    replica.start();
                    say("start of " + indexOf(replica) + " as " + replica.epoch());
                }
            });
        }
    }

    private void changeAmount() {
        if (windows.isEmpty()) {
            return;
        }
        Ceiling window = List.copyOf(windows.values()).get(random.nextInt(windows.size()));
        if (random.nextInt(3) == 0) {
            long before = window.target;
            setTarget(window, before + random.nextLong(200)); // an increase that ends
            after(random.nextLong(10_000), () -> setTarget(window, before));
        } else {
            setTarget(window, random.nextLong(2 * Objects.requireNonNull(amounts.get(window.window.budgetId()))));
        }
    }

    private void setTarget(Ceiling window, long target) {
        say("window " + window.window.id() + " may use " + target);
        changed();
        window.target = target;
        window.highest = Math.max(window.highest, target);
        window.inForce = Math.max(
                target,
                Math.min(window.inForce, model.standing(window.window.id()).used()));
        model.setAmount(window.window.id(), target);
    }

    private void closeOne() {
        windows.values().stream()
                .filter(each -> each.window.endsMillis() <= time.millis() - 10_000)
                .findFirst()
                .ifPresent(each -> {
                    say("window " + each.window.id() + " is closed");
                    model.close(each.window.id());
                });
    }

    void lost(List<Long> epochs) {
        lostEpochs.addAll(epochs);
    }

    void opened(Window window) {
        windows.computeIfAbsent(window.id(), _ -> {
            say("window " + window.id() + " of " + window.budgetId());
            return new Ceiling(
                    window,
                    Objects.requireNonNull(budgets.get(window.budgetId())).mode() == Mode.HARD,
                    Objects.requireNonNull(amounts.get(window.budgetId())));
        });
    }

    void recalled(SimulatedReplica replica, List<Long> ids) {
        if (mutation == Mutation.GIVES_BACK_WITHOUT_TAKING_OUT) {
            for (Long id : ids) {
                long free = replica.budgets().free(id);
                if (free > 0) {
                    network(replica, () -> model.giveBack(id, replica.epoch(), 1_000_000 + nextNumber(), free));
                }
            }
            return;
        }
        var _ = replica.budgets().recalled(ids);
    }

    void sent(SimulatedRequest request) {
        sent++;
        changed();
        requests.add(request);
        say("request " + request.id.getLeastSignificantBits() + " holds " + request.counts.getFirst().held + " as "
                + request.counts.getFirst().epoch + " of "
                + request.counts.stream().map(count -> count.window).toList());
    }

    void refused(BudgetRefusal refusal) {
        refusals++;
        Standing standing = refusal.standing();
        say("refused: " + refusal.getMessage() + " needs " + refusal.need() + " " + standing);
        if (refusal.reason() == Reason.EXCEEDED && (standing == null || standing.unspent() >= refusal.need())) {
            throw new AssertionError("exceeded, but " + standing + " leaves enough for " + refusal.need());
        }
    }

    /** What a request really cost may become known after it was guessed, or before the guess is booked. */
    void truthMayFollow(SimulatedRequest request) {
        if (random.nextBoolean()) {
            after(random.nextLong(5_000), () -> book(request, request.cost, Spend.End.KNOWN));
        }
    }

    void book(SimulatedRequest request) {
        long amount = Objects.requireNonNull(request.ended);
        book(
                request,
                amount,
                request.isInterrupted ? Spend.End.GUESSED : request.isInDoubt ? Spend.End.IN_DOUBT : Spend.End.KNOWN);
    }

    private void book(SimulatedRequest request, long amount, Spend.End end) {
        changed();
        if (request.isPoison) {
            quarantine(request, amount, end);
            return;
        }
        for (Count count : request.counts) {
            model.book(count.spend(amount, end));
            count.book(amount, end);
        }
        say("request " + request.id.getLeastSignificantBits() + " is booked with " + amount + " " + end);
    }

    /** An entry that can't be booked; some are mended, and booked after all. */
    private void quarantine(SimulatedRequest request, long amount, Spend.End end) {
        say("request " + request.id.getLeastSignificantBits() + " is in quarantine with " + amount + " " + end);
        if (mutation == Mutation.FORGETS_QUARANTINE) {
            return;
        }
        for (Count count : request.counts) {
            model.quarantine(count.spend(amount, end));
            count.quarantine();
        }
        if (end == Spend.End.KNOWN) {
            request.quarantined = amount;
        }
        if (random.nextBoolean()) {
            after(random.nextLong(10_000), () -> {
                request.isPoison = false;
                Long known = request.quarantined;
                book(request, known == null ? amount : known, known == null ? end : Spend.End.KNOWN);
            });
        }
    }

    // The network.

    /** A call on its way to the store and back, either of which can get lost, or come after nobody waits for it any more. */
    <T> Future<T> network(SimulatedReplica replica, Supplier<Future<T>> call) {
        Promise<T> answer = Promise.promise();
        if (!isLost(replica)) {
            arrive(replica, call, answer, delay());
        } else if (random.nextInt(3) == 0) {
            arrive(replica, call, Promise.promise(), random.nextLong(5_000)); // nobody hears of it
        }
        replica.after(TIMEOUT_MILLIS, () -> answer.tryFail("no answer"));
        return answer.future();
    }

    private <T> void arrive(SimulatedReplica replica, Supplier<Future<T>> call, Promise<T> answer, long delay) {
        int run = replica.run();
        after(delay, () -> {
            if (time.millis() < outageUntil) {
                return;
            }
            Future<T> done = call.get();
            changed();
            if (!isLost(replica)) {
                replica.after(run, delay(), () -> {
                    changed();
                    if (done.succeeded()) {
                        answer.tryComplete(done.result());
                    } else {
                        answer.tryFail(done.cause());
                    }
                });
            }
        });
    }

    private boolean isLost(SimulatedReplica replica) {
        return isTrouble
                && (time.millis() < partitionedUntil.getOrDefault(replica, 0L) || random.nextInt(100) < lossPercent);
    }

    private long delay() {
        if (!hasDelays) {
            return 1;
        }
        return isTrouble && random.nextInt(20) == 0 ? random.nextLong(2_000) : random.nextLong(1, 20);
    }

    // What must be true.

    /** Says that an event has done something, so that all is checked after it. */
    void changed() {
        hasChanged = true;
    }

    private void checkWhatChanged() {
        if (!hasChanged) {
            return;
        }
        hasChanged = false;
        Sums sums = new Sums(requests);
        windows.values().forEach(window -> check(window, sums));
        for (String drift : model.drift()) {
            throw new AssertionError(drift);
        }
        for (SimulatedReplica replica : replicas) {
            if (replica.isUp()) {
                check(replica, sums);
            }
        }
    }

    /** The theorem, of the books and of what providers bill. */
    private void check(Ceiling ceiling, Sums sums) {
        int id = (int) ceiling.window.id();
        Standing standing = model.standing(id);
        if (standing.settled() != sums.booked[id]) {
            throw new AssertionError("window " + id + ": " + standing + ", but booked is " + sums.booked[id]);
        }
        if (!ceiling.isHard) {
            return;
        }
        if (standing.used() > ceiling.inForce + sums.excess[id]) {
            throw new AssertionError(
                    "window " + id + ": " + standing + " of " + ceiling.inForce + " + " + sums.excess[id]);
        }
        ceiling.inForce = Math.max(ceiling.target, Math.min(ceiling.inForce, standing.used()));
        if (sums.booked[id] + sums.outstanding[id] + standing.inDoubt() > ceiling.inForce + sums.excess[id]) {
            throw new AssertionError(
                    "window " + id + ": booked " + sums.booked[id] + ", outstanding " + sums.outstanding[id]
                            + ", in doubt " + standing.inDoubt() + " > " + ceiling.inForce + " + " + sums.excess[id]);
        }
        if (sums.billed[id] > ceiling.highest + sums.excess[id]) {
            throw new AssertionError(
                    "window " + id + ": billed " + sums.billed[id] + " > " + ceiling.highest + " + " + sums.excess[id]);
        }
    }

    /** What a replica has is what it was granted: free, held, spent. A grant on its way to it may be missing here. */
    private void check(SimulatedReplica replica, Sums sums) {
        long[] held = new long[windows.size() + 1];
        for (SimulatedRequest request : replica.underWay()) {
            for (Count count : request.counts) {
                held[(int) count.window] += count.held;
            }
        }
        for (Ceiling window : windows.values()) {
            int id = (int) window.window.id();
            if (replica.budgets().held(id) != held[id]) {
                throw new AssertionError("replica " + indexOf(replica) + " says that "
                        + replica.budgets().held(id) + " of " + id + " is held, but it is " + held[id]);
            }
            long mine = replica.budgets().free(id) + sums.ofShare(id, replica.epoch());
            if (window.isHard && mine > model.granted(id, replica.epoch())) {
                throw new AssertionError("replica " + indexOf(replica) + " counts " + mine + " of " + id
                        + ", granted is " + model.granted(id, replica.epoch()));
            }
        }
    }

    /** What all requests sum up to, by window. */
    private static final class Sums {
        private static final int WINDOWS = 64;
        private static final int EPOCHS = 256;

        final long[] booked = new long[WINDOWS];
        final long[] outstanding = new long[WINDOWS];
        final long[] excess = new long[WINDOWS];
        final long[] billed = new long[WINDOWS];
        private final long[] shares = new long[WINDOWS * EPOCHS];

        Sums(List<SimulatedRequest> requests) {
            for (SimulatedRequest request : requests) {
                for (Count count : request.counts) {
                    int window = (int) count.window;
                    int share = window * EPOCHS + (int) count.epoch;
                    outstanding[window] += count.outstanding();
                    excess[window] += count.excess();
                    billed[window] += request.isBilled ? request.cost : 0;
                    if (count.booked == null) {
                        shares[share] += Math.min(count.held, count.outstanding());
                    } else {
                        booked[window] += count.booked;
                        shares[share] += count.booked;
                    }
                }
            }
        }

        /** What is booked on a share, and what is not but takes of it. */
        long ofShare(int window, long epoch) {
            return shares[window * EPOCHS + (int) epoch];
        }
    }

    // How it ends.

    private void calmDown() {
        say("calm");
        isTrouble = false;
        outageUntil = 0;
        for (SimulatedReplica replica : replicas) {
            if (replica.isPaused()) {
                replica.resume();
            }
            if (!replica.isUp()) {
                replica.start();
            }
            replica.after(QUIET_MILLIS - 10_000, () -> {
                replica.stopTicking();
                replica.budgets().giveBackAll();
            });
            replica.after(QUIET_MILLIS - 5_000, () -> replica.budgets().giveBackAll()); // what was lost the first time
        }
    }

    /** All has ended: nothing is held, and what was not spent is free, but for what only a lost journal could tell. */
    private void checkThatNothingIsStuck() {
        for (SimulatedReplica replica : replicas) {
            if (!replica.hasNothingToBook()) {
                throw new AssertionError("replica " + indexOf(replica) + " has still something to book");
            }
        }
        for (Ceiling window : windows.values()) {
            long id = window.window.id();
            Standing standing = model.standing(id);
            long lost =
                    lostEpochs.stream().mapToLong(epoch -> unspent(id, epoch)).sum();
            long stuck = standing.used() - standing.settled() - standing.inDoubt() - lost;
            if (stuck != 0) {
                throw new AssertionError("window " + id + ": " + stuck + " can't be granted again: " + standing
                        + ", by run: " + unspentByRun(id));
            }
        }
    }

    private long lastEpoch() {
        return replicas.stream().mapToLong(SimulatedReplica::epoch).max().orElseThrow();
    }

    private Map<Long, Long> unspentByRun(long window) {
        Map<Long, Long> unspent = new TreeMap<>();
        for (long epoch = 1; epoch < Sums.EPOCHS && epoch <= lastEpoch(); epoch++) {
            unspent.put(epoch, unspent(window, epoch));
        }
        unspent.values().removeIf(each -> each == 0);
        return unspent;
    }

    private long unspent(long window, long epoch) {
        long booked = 0;
        for (SimulatedRequest request : requests) {
            for (Count count : request.counts) {
                booked += count.window == window && count.epoch == epoch && count.booked != null ? count.booked : 0;
            }
        }
        return Math.max(0, model.granted(window, epoch) - booked);
    }
}
