package dev.tollgate.ledger;

import dev.tollgate.ledger.LedgerStore.PoisonEntry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes ledger entries from every event loop and brings them to the store in batches, one batch at a time. While the
 * store is away entries wait, up to a bound; at the bound {@link #hasRoom} is false and new requests are refused, so
 * that no request goes unbooked. An entry that the store can never take is cut out of its batch by halving it, and
 * reported; it holds nobody up.
 */
public final class LedgerWriter {
    private static final Logger LOG = Logger.getLogger(LedgerWriter.class);
    private static final int BATCH_MAX = 1_000;

    private final Vertx vertx;
    private final LedgerStore store;
    private final int waitingMax;
    private final long intervalMillis;

    private final ConcurrentLinkedQueue<LedgerEntry> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicLong quarantined = new AtomicLong();
    private Future<Void> writing = Future.succeededFuture();
    private volatile long timer = -1;
    private volatile boolean failing;

    /**
     * @param waitingMax entries that may wait for the store
     * @param intervalMillis between two batches, and between two tries
     */
    public LedgerWriter(Vertx vertx, LedgerStore store, int waitingMax, long intervalMillis) {
        this.vertx = vertx;
        this.store = store;
        this.waitingMax = waitingMax;
        this.intervalMillis = intervalMillis;
    }

    public void start() {
        timer = vertx.setPeriodic(intervalMillis, _ -> writeNext());
    }

    /** Whether a request that begins now is sure to be booked. */
    public boolean hasRoom() {
        return waitingCount.get() < waitingMax;
    }

    /** Takes an entry; never blocks and never refuses, because what happened must be booked. */
    public void add(LedgerEntry entry) {
        waiting.add(entry);
        waitingCount.incrementAndGet();
    }

    /** Entries on their way to the store. */
    public int waitingCount() {
        return waitingCount.get();
    }

    /** Entries that the store could not take. */
    public long quarantinedCount() {
        return quarantined.get();
    }

    /** Whether the last batch could not be written. */
    public boolean isFailing() {
        return failing;
    }

    /** Writes what waits and stops; fails when the store can't take it. */
    public Future<Void> flushAndStop() {
        vertx.cancelTimer(timer);
        return writeNext().transform(_ -> writeAll());
    }

    private Future<Void> writeAll() {
        return waiting.isEmpty() ? Future.succeededFuture() : writeNext().compose(_ -> writeAll());
    }

    /**
     * The batch that is being written, or the next one where none is. Two at once would take the same entries and count
     * them off twice, so that others went unwritten.
     */
    private synchronized Future<Void> writeNext() {
        if (writing.isComplete() && !waiting.isEmpty()) {
            writing = writeBatch();
        }
        return writing;
    }

    private Future<Void> writeBatch() {
        List<LedgerEntry> batch = new ArrayList<>(Math.min(BATCH_MAX, waitingCount.get()));
        for (LedgerEntry entry : waiting) {
            batch.add(entry);
            if (batch.size() == BATCH_MAX) {
                break;
            }
        }
        Promise<Void> done = Promise.promise();
        List<Poisoned> poisoned = new ArrayList<>(0);
        append(batch, poisoned).onComplete(result -> {
            if (result.succeeded()) {
                poisoned.forEach(this::quarantine);
                batch.forEach(_ -> waiting.poll());
                waitingCount.addAndGet(-batch.size());
            }
            report(result.cause());
            done.handle(result);
            if (result.succeeded() && waitingCount.get() >= BATCH_MAX) {
                vertx.runOnContext(_ -> writeNext());
            }
        });
        return done.future();
    }

    /** An entry that the store can't take, and why. */
    private record Poisoned(LedgerEntry entry, Throwable failure) {}

    /** Appends a batch but for what is poison in it, of which some may be found again when the batch is tried again. */
    private Future<Void> append(List<LedgerEntry> batch, List<Poisoned> poisoned) {
        return store.append(batch).recover(failure -> {
            if (!(failure instanceof PoisonEntry)) {
                return Future.failedFuture(failure);
            }
            if (batch.size() == 1) {
                poisoned.add(new Poisoned(batch.getFirst(), failure));
                return Future.succeededFuture();
            }
            int half = batch.size() / 2;
            return append(batch.subList(0, half), poisoned)
                    .compose(_ -> append(batch.subList(half, batch.size()), poisoned));
        });
    }

    private void quarantine(Poisoned poisoned) {
        LedgerEntry entry = poisoned.entry();
        quarantined.incrementAndGet();
        LOG.errorf(
                "Ledger entry %s of %s over %s can't be stored and was left out: %s",
                entry.requestId(),
                entry.organizationId(),
                entry.cost().charge(),
                poisoned.failure().getMessage());
    }

    /** Says once that the store is away and once that it is back, not every time. */
    private void report(@Nullable Throwable failure) {
        if (failure != null && !failing) {
            LOG.warnf(
                    "The ledger can't be written at present; up to %d entries wait in memory: %s",
                    waitingMax, failure.getMessage());
        } else if (failure == null && failing) {
            LOG.info("The ledger can be written again.");
        }
        failing = failure != null;
    }
}
