package dev.tollgate.limits.budget;

import dev.tollgate.limits.budget.ShareStore.Standing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** The model of the store, which simulations build on. */
class ModelSharesTest extends ShareStoreContract {
    private final ModelShares model = new ModelShares(InstantSource.fixed(Instant.EPOCH));

    @Override
    protected ShareStore store() {
        return model;
    }

    @Override
    protected void add(Budget budget, long amount) {
        model.add(budget, amount);
    }

    @Override
    protected long openReplica(UUID journal) {
        return model.openReplica(journal);
    }

    @Override
    protected void releaseShares(UUID journal, long beforeEpoch) {
        model.releaseShares(journal, beforeEpoch);
    }

    @Override
    protected void book(Spend spend) {
        model.book(spend);
    }

    @Override
    protected void quarantine(Spend spend) {
        model.quarantine(spend);
    }

    @Override
    protected void setAmount(long windowId, long amount) {
        model.setAmount(windowId, amount);
    }

    @Override
    protected void close(long windowId) {
        model.close(windowId);
    }

    @Override
    protected Standing standing(long windowId) {
        return model.standing(windowId);
    }

    @Override
    protected long granted(long windowId, long epoch) {
        return model.granted(windowId, epoch);
    }

    @Override
    protected long excess(long windowId) {
        return model.excess(windowId);
    }

    @Override
    protected List<String> drift() {
        return model.drift();
    }
}
