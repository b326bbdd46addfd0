package dev.tollgate.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tollgate.ledger.LedgerStore.Booked;
import dev.tollgate.ledger.LedgerStore.PoisonEntry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
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
 * that no request goes unbooked. An entry that the store can never take is cut out of its batch by halving it, put into
 * quarantine and reported; it holds nobody up.
 */
public final class LedgerWriter {
    private static final Logger LOG = Logger.getLogger(LedgerWriter.class);
    private static final int BATCH_MAX = 1_000;
    private static final long BATCH_BYTES_MAX = 4L * 1024 * 1024;

    /** Most entries have less than a kilobyte; with more the bound on waiting entries is one on their bytes. */
    private static final long BYTES_PER_ENTRY = 2_048;

    private final Vertx vertx;
    private final LedgerStore store;
    private final InstantSource clock;
    private final int waitingMax;
    private final long intervalMillis;

    private final Refusals refusals = new Refusals();
    private final ConcurrentLinkedQueue<byte[]> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicLong quarantined = new AtomicLong();
    private Future<Void> writing = Future.succeededFuture();
    private volatile long timer = -1;
    private volatile boolean failing;

    /**
     * @param waitingMax entries that may wait for the store
     * @param intervalMillis between two batches, and between two tries
     */
    public LedgerWriter(Vertx vertx, LedgerStore store, InstantSource clock, int waitingMax, long intervalMillis) {
        this.vertx = vertx;
        this.store = store;
        this.clock = clock;
        this.waitingMax = waitingMax;
        this.intervalMillis = intervalMillis;
    }

    public void start() {
        timer = vertx.setPeriodic(intervalMillis, _ -> {
            refusals.due(clock.millis()).forEach(this::addBytes);
            writeNext();
        });
    }

    /** Whether a request that begins now is sure to be booked. */
    public boolean hasRoom() {
        return waitingCount.get() < waitingMax && waitingBytes.get() < waitingMax * BYTES_PER_ENTRY;
    }

    /** Takes an entry; never blocks and never refuses, because what happened must be booked. */
    public void add(LedgerEntry entry) {
        if (entry.isRefusal()) {
            refusals.take(entry, clock.millis()).forEach(this::addBytes);
        } else {
            addBytes(entry);
        }
    }

    private void addBytes(LedgerEntry entry) {
        add(EntryJson.bytes(entry));
    }

    /** Takes an entry as {@link EntryJson} wrote it. The bytes must not change any more. */
    public void add(byte[] entry) {
        waiting.add(entry);
        waitingCount.incrementAndGet();
        waitingBytes.addAndGet(entry.length);
    }

    /** Entries on their way to the store. */
    public int waitingCount() {
        return waitingCount.get();
    }

    /** Entries that were put into quarantine. */
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
        refusals.all().forEach(this::addBytes);
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
        List<byte[]> batch = new ArrayList<>(Math.min(BATCH_MAX, waitingCount.get()));
        long bytes = 0;
        for (byte[] entry : waiting) {
            if (batch.size() == BATCH_MAX || (bytes + entry.length > BATCH_BYTES_MAX && !batch.isEmpty())) {
                break;
            }
            batch.add(entry);
            bytes += entry.length;
        }
        long batchBytes = bytes;
        Promise<Void> done = Promise.promise();
        List<Poisoned> poisoned = new ArrayList<>(0);
        book(batch, poisoned).compose(_ -> quarantine(poisoned)).onComplete(result -> {
            if (result.succeeded()) {
                batch.forEach(_ -> waiting.poll());
                waitingCount.addAndGet(-batch.size());
                waitingBytes.addAndGet(-batchBytes);
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
    private record Poisoned(byte[] entry, PoisonEntry failure) {}

    /** Books a batch but for what is poison in it, of which some may be found again when the batch is tried again. */
    private Future<Void> book(List<byte[]> batch, List<Poisoned> poisoned) {
        return store.book(batch)
                .onSuccess(this::reportUntimely)
                .<Void>mapEmpty()
                .recover(failure -> {
                    if (!(failure instanceof PoisonEntry poison)) {
                        return Future.failedFuture(failure);
                    }
                    if (batch.size() == 1) {
                        poisoned.add(new Poisoned(batch.getFirst(), poison));
                        return Future.succeededFuture();
                    }
                    int half = batch.size() / 2;
                    return book(batch.subList(0, half), poisoned)
                            .compose(_ -> book(batch.subList(half, batch.size()), poisoned));
                });
    }

    /** Puts the poison of a batch into quarantine, one after the other; counts it when all of it is there. */
    private Future<Void> quarantine(List<Poisoned> poisoned) {
        Future<Void> all = Future.succeededFuture();
        for (Poisoned poison : poisoned) {
            all = all.compose(_ -> store.quarantine(poison.entry, poison.failure));
        }
        return all.onSuccess(_ -> poisoned.forEach(this::reportPoison));
    }

    private void reportUntimely(Booked booked) {
        if (booked.quarantined() > 0) {
            quarantined.addAndGet(booked.quarantined());
            LOG.errorf(
                    "%d ledger entries of times that the ledger does not take are in quarantine", booked.quarantined());
        }
    }

    private void reportPoison(Poisoned poisoned) {
        quarantined.incrementAndGet();
        LOG.errorf(
                "A ledger entry can't be stored and is in quarantine (%s): %s",
                poisoned.failure.reason(), beginning(poisoned.entry));
    }

    /** The part of an entry that has its id, not all of what others wrote into it. */
    private static String beginning(byte[] entry) {
        return new String(entry, 0, Math.min(entry.length, 52), ISO_8859_1);
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
