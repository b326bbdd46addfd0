package dev.tollgate.limits.budget;

import io.vertx.core.Future;

/** A replica's way to the store, as bad as the simulation makes it. */
final class SimulatedNetwork implements ShareStore {
    private final BudgetSimulation simulation;
    private final SimulatedReplica replica;

    SimulatedNetwork(BudgetSimulation simulation, SimulatedReplica replica) {
        this.simulation = simulation;
        this.replica = replica;
    }

    @Override
    public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
        return simulation.network(
                replica,
                () -> simulation.model.windowAt(budget, subject, epochMillis).onSuccess(simulation::opened));
    }

    @Override
    public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
        return switch (simulation.mutation) {
            case GRANTS_FROM_A_SNAPSHOT -> {
                Standing before = simulation.model.standing(windowId);
                yield simulation.network(replica, () -> grantFrom(before, windowId, epoch, call, need, want));
            }
            case CALLS_WITHOUT_NUMBERS ->
                simulation.network(
                        replica, () -> simulation.model.grant(windowId, epoch, simulation.nextNumber(), need, want));
            default -> simulation.network(replica, () -> simulation.model.grant(windowId, epoch, call, need, want));
        };
    }

    /** What a single statement would do: it counts what was used before it had the lock. */
    private Future<Grant> grantFrom(Standing before, long windowId, long epoch, long call, long need, long want) {
        Standing now = simulation.model.standing(windowId);
        if (before.free() < need || now.free() >= need) {
            return simulation.model.grant(windowId, epoch, call, need, want);
        }
        simulation.model.setAmount(windowId, now.used() + need);
        Future<Grant> granted = simulation.model.grant(windowId, epoch, call, need, need);
        simulation.model.setAmount(windowId, now.amount());
        return granted;
    }

    @Override
    public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
        boolean isNumbered = simulation.mutation != Mutation.CALLS_WITHOUT_NUMBERS;
        return simulation.network(
                replica,
                () -> simulation.model.giveBack(windowId, epoch, isNumbered ? call : simulation.nextNumber(), amount));
    }

    @Override
    public Future<Void> recall(long windowId) {
        return simulation.network(replica, () -> simulation.model.recall(windowId));
    }

    @Override
    public Future<Beat> beat(long epoch) {
        return simulation.network(replica, () -> simulation.model.beat(epoch));
    }
}
