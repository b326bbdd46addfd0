package dev.tollgate.limits.budget;

import dev.tollgate.limits.budget.SimulatedRequest.Count;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** One replica of the simulation: the real engine over a clock of its own, a journal, and a network that can fail. */
final class SimulatedReplica {
    private final BudgetSimulation simulation;
    private final long skewMillis;
    private final Deque<Runnable> whilePaused = new ArrayDeque<>();
    private UUID journalId;

    // What is in the journal: requests under way, and ended ones that are not booked.
    private Map<UUID, SimulatedRequest> open = new LinkedHashMap<>();
    private List<SimulatedRequest> unbooked = new ArrayList<>();

    /** The runs over this journal whose shares were not taken back yet. */
    private final List<Long> epochs = new ArrayList<>();

    private int run;
    private boolean ticks = true;
    private boolean up;
    private boolean paused;
    private long epoch;
    private Budgets budgets;

    SimulatedReplica(BudgetSimulation simulation, long skewMillis) {
        this.simulation = simulation;
        this.skewMillis = skewMillis;
        this.journalId = simulation.nextId();
        start();
    }

    boolean isUp() {
        return up;
    }

    boolean isPaused() {
        return paused;
    }

    int run() {
        return run;
    }

    long epoch() {
        return epoch;
    }

    Budgets budgets() {
        return budgets;
    }

    Iterable<SimulatedRequest> underWay() {
        return open.values();
    }

    Iterable<SimulatedRequest> unbooked() {
        return unbooked;
    }

    boolean hasNothingToBook() {
        return open.isEmpty() && unbooked.isEmpty();
    }

    /** Does something in this run of the process: not when it has ended by then, and later where it is paused. */
    void after(long delayMillis, Runnable action) {
        after(run, delayMillis, action);
    }

    /** The same in a run that may have ended already. */
    void after(int runThen, long delayMillis, Runnable action) {
        simulation.time.after(delayMillis, () -> {
            if (run != runThen) {
                return;
            }
            if (paused) {
                whilePaused.add(action);
            } else {
                action.run();
            }
        });
    }

    private Runnable timer(long delayMillis, Runnable action) {
        boolean[] stopped = {false};
        after(delayMillis, () -> {
            if (!stopped[0]) {
                action.run();
            }
        });
        return () -> stopped[0] = true;
    }

    void start() {
        up = true;
        long before = epoch;
        epoch = simulation.model.openReplica(journalId);
        epochs.add(epoch);
        budgets = new Budgets(
                new SimulatedNetwork(simulation, this),
                () -> Future.succeededFuture(epoch),
                () -> Instant.ofEpochMilli(simulation.time.millis() + skewMillis),
                () -> simulation.time.millis() * 1_000_000,
                this::timer,
                Budgets.Settings.DEFAULT);
        if (before != 0) {
            List<SimulatedRequest> interrupted = List.copyOf(open.values());
            open.clear();
            List<SimulatedRequest> left = new ArrayList<>(unbooked);
            left.addAll(interrupted);
            replay(left, epoch, journalId);
        }
        every(1_000, () -> {
            if (ticks) {
                budgets.tick(simulation.budgets::get);
            }
        });
        every(
                1_000,
                () -> simulation
                        .network(this, () -> simulation.model.beat(epoch))
                        .onSuccess(beat -> simulation.recalled(this, beat.recalled())));
        every(300, this::bookSome);
    }

    private void every(long millis, Runnable action) {
        after(simulation.random.nextLong(1, millis), () -> {
            action.run();
            every(millis, action);
        });
    }

    /** Books what an earlier run left, and only then takes its shares back. */
    private void replay(List<SimulatedRequest> left, long newEpoch, UUID journal) {
        if (simulation.mutation == Mutation.RELEASES_BEFORE_REPLAY) {
            simulation.model.releaseShares(journal, newEpoch);
        }
        for (SimulatedRequest request : left) {
            if (request.ended == null) {
                request.ended = simulation.random.nextLong(request.counts.getFirst().held + 1);
                request.isInDoubt = true;
                request.isInterrupted = true;
                simulation.truthMayFollow(request);
            }
        }
        unbooked = left;
        replayRound(newEpoch, journal, List.copyOf(left));
    }

    private void replayRound(long newEpoch, UUID journal, List<SimulatedRequest> left) {
        after(
                200,
                () -> simulation
                        .network(this, () -> {
                            left.forEach(request -> simulation.book(request));
                            return Future.succeededFuture();
                        })
                        .onComplete(done -> {
                            if (done.failed()) {
                                replayRound(newEpoch, journal, left);
                                return;
                            }
                            unbooked.removeAll(left);
                            releaseRound(newEpoch, journal);
                        }));
    }

    private void releaseRound(long newEpoch, UUID journal) {
        after(
                50,
                () -> simulation
                        .network(this, () -> {
                            simulation.model.releaseShares(journal, newEpoch);
                            epochs.removeIf(each -> each < newEpoch);
                            return Future.succeededFuture();
                        })
                        .onFailure(_ -> releaseRound(newEpoch, journal)));
    }

    /** The end of the process; without its journal nobody knows what it did. */
    void crash(boolean keepsJournal) {
        up = false;
        paused = false;
        run++;
        whilePaused.clear();
        for (SimulatedRequest request : open.values()) {
            request.isBilled = true;
        }
        if (!keepsJournal) {
            simulation.lost(epochs);
            epochs.clear();
            journalId = simulation.nextId();
            open = new LinkedHashMap<>();
            unbooked = new ArrayList<>();
        }
    }

    /** So that nothing is taken ahead any more. */
    void stopTicking() {
        ticks = false;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        List<Runnable> missed = List.copyOf(whilePaused);
        whilePaused.clear();
        missed.forEach(action -> after(0, action));
    }

    void begin(List<Budget> rules, Want want, long cost, long lasts) {
        budgets.hold(rules, BudgetRig.TRAITS, want, task -> after(0, task)).onComplete(answer -> {
            if (answer.failed()) {
                simulation.refused((BudgetRefusal) answer.cause());
            } else {
                send(answer.result(), cost, lasts);
            }
        });
    }

    private void send(Hold hold, long cost, long lasts) {
        SimulatedRequest request = new SimulatedRequest(simulation.nextId());
        request.cost = cost;
        request.isPoison = simulation.random.nextInt(12) == 0;
        long[] windows = hold.windowIds();
        long[] amounts = hold.amountsUpTo(null);
        for (int i = 0; i < windows.length; i++) {
            request.counts.add(new Count(request, windows[i], hold.epoch(), amounts[i]));
        }
        if (windows.length == 0) {
            return;
        }
        open.put(request.id, request);
        simulation.sent(request);
        after(lasts, () -> end(request, hold));
    }

    private void end(SimulatedRequest request, Hold hold) {
        long now = simulation.time.millis() + skewMillis;
        simulation.changed();
        open.remove(request.id);
        int kind = simulation.random.nextInt(100);
        if (kind < 15) { // not sent after all
            request.isReleased = true;
            hold.release();
            return;
        }
        request.isBilled = true;
        request.isInDoubt = kind < 25;
        long most = hold.want().most().charge();
        request.ended = request.isInDoubt ? simulation.random.nextLong(Math.min(most, request.cost) + 1) : request.cost;
        unbooked.add(request);
        if (simulation.mutation == Mutation.RELEASES_BEFORE_SETTLING) {
            hold.release();
        }
        hold.settle(
                BudgetRig.charge(request.ended),
                request.isInDoubt && simulation.mutation != Mutation.FORGETS_DOUBT
                        ? hold.want().most()
                        : null,
                now);
        if (simulation.random.nextInt(10) == 0) {
            hold.settle(BudgetRig.charge(1), null, now);
            hold.release(); // an end that comes twice
        }
    }

    private void bookSome() {
        List<SimulatedRequest> some =
                unbooked.stream().filter(_ -> simulation.random.nextInt(3) > 0).toList();
        if (some.isEmpty()) {
            return;
        }
        simulation
                .network(this, () -> {
                    some.reversed().forEach(simulation::book);
                    return Future.succeededFuture();
                })
                .onSuccess(_ -> unbooked.removeAll(some));
    }
}
