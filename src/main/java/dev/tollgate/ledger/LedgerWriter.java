package dev.tollgate.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tollgate.ledger.LedgerStore.Booked;
import dev.tollgate.ledger.LedgerStore.CommitsLost;
import dev.tollgate.ledger.LedgerStore.PoisonEntry;
import dev.tollgate.ledger.journal.Batch;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.Ticket;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings ledger entries from the journal to the store in batches, one batch at a time. While the store is away they stay
 * in the journal, which has a bound of its own. An entry that the store can never take is cut out of its batch by halving
 * it, put into quarantine and reported; it holds nobody up.
 */
public final class LedgerWriter {
    private static final Logger LOG = Logger.getLogger(LedgerWriter.class);
    private static final int BATCH_MAX = 1_000;
    private static final long VERIFY_MILLIS = 500;

    private final Vertx vertx;
    private final Journal journal;
    private final LedgerStore store;
    private final InstantSource clock;
    private final long intervalMillis;

    private final Refusals refusals = new Refusals();
    private final AtomicLong quarantined = new AtomicLong();
    private Future<Integer> writing = Future.succeededFuture(0);
    private volatile @Nullable Batch unbooked;
    private volatile long timer = -1;
    private volatile boolean failing;
    private volatile Runnable whenCommitsAreLost = () -> {};
    private long verifiedMillis;

    /** @param intervalMillis between two batches, and between two tries */
    public LedgerWriter(Vertx vertx, Journal journal, LedgerStore store, InstantSource clock, long intervalMillis) {
        this.vertx = vertx;
        this.journal = journal;
        this.store = store;
        this.clock = clock;
        this.intervalMillis = intervalMillis;
    }

    /** Says who else has to know when the store has forgotten what it had acknowledged. */
    public void onCommitsLost(Runnable action) {
        whenCommitsAreLost = action;
    }

    public void start() {
        timer = vertx.setPeriodic(intervalMillis, _ -> {
            refusals.due(clock.millis()).forEach(this::addMerged);
            writeNext();
        });
    }

    /** Takes the entry of a request into the journal, or keeps it a moment to merge it with others like it. */
    public void settle(Ticket ticket, LedgerEntry entry) {
        settle(ticket, List.of(), entry);
    }

    /**
     * The same with entries that belong to it, in one record of the journal.
     *
     * @param attempts as {@link EntryJson} writes them
     */
    public void settle(Ticket ticket, List<byte[]> attempts, LedgerEntry entry) {
        if (!entry.isRefusal() || ticket.hasGuess()) {
            ticket.settle(JointEntries.join(attempts, EntryJson.bytes(entry)));
            return;
        }
        boolean single = false;
        for (LedgerEntry due : refusals.take(entry, clock.millis())) {
            if (due == entry) {
                single = true;
            } else {
                addMerged(due);
            }
        }
        if (single) {
            ticket.settle(EntryJson.bytes(entry));
        } else {
            ticket.giveUp();
        }
    }

    private void addMerged(LedgerEntry entry) {
        journal.lanes().getFirst().add(entry.requestId(), EntryJson.bytes(entry));
    }

    /** Entries on their way to the store. */
    public long waitingCount() {
        return journal.waiting();
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
        refusals.all().forEach(this::addMerged);
        return writeNext().transform(_ -> writeAll());
    }

    private Future<Void> writeAll() {
        return writeNext().compose(entries -> {
            if (entries > 0) {
                return writeAll();
            }
            return journal.hasUnwritten()
                    ? Future.failedFuture("the journal has no room for entries that wait in memory")
                    : Future.succeededFuture();
        });
    }

    /** The batch that is being written, or the next one where none is. Completes with the number of its entries. */
    private synchronized Future<Integer> writeNext() {
        if (writing.isComplete()) {
            writing = writeBatch();
        }
        return writing;
    }

    private Future<Integer> writeBatch() {
        Promise<Integer> done = Promise.promise();
        batch().compose(this::write).onComplete(result -> {
            report(result.cause());
            done.handle(result);
            if (result.succeeded() && result.result() >= BATCH_MAX) {
                vertx.runOnContext(_ -> writeNext());
            }
        });
        return done.future();
    }

    /** The batch that could not be written the last time, else the next one. The journal may have to read it from disk. */
    private Future<Batch> batch() {
        Batch again = unbooked;
        if (again != null) {
            return Future.succeededFuture(again);
        }
        return vertx.executeBlocking(() -> {
            Batch next = journal.next(BATCH_MAX);
            unbooked = next;
            return next;
        });
    }

    private Future<Integer> write(Batch batch) {
        List<byte[]> entries = new ArrayList<>(batch.entries().size());
        batch.entries().forEach(entry -> JointEntries.split(entry.bytes(), entries));
        List<Poisoned> poisoned = new ArrayList<>(0);
        Future<Void> written =
                entries.isEmpty() ? verified() : book(entries, poisoned).compose(_ -> quarantine(poisoned));
        return written.map(_ -> {
                    batch.booked();
                    unbooked = null;
                    return entries.size();
                })
                .recover(failure ->
                        failure instanceof CommitsLost lost ? bookAgain(lost) : Future.failedFuture(failure));
    }

    /** While there is nothing to book the store is asked now and then whether it still has what it had; if it can be. */
    private Future<Void> verified() {
        long now = clock.millis();
        if (Math.abs(now - verifiedMillis) < VERIFY_MILLIS) {
            return Future.succeededFuture();
        }
        verifiedMillis = now;
        return store.verify()
                .recover(failure ->
                        failure instanceof CommitsLost ? Future.failedFuture(failure) : Future.succeededFuture());
    }

    /** Answers that there is more to write at once. */
    private Future<Integer> bookAgain(CommitsLost lost) {
        LOG.errorf(
                "Entries that the database had acknowledged are missing in it, as when a standby takes over that was"
                        + " behind; what the journal still has is booked again: %s",
                lost.getMessage());
        return vertx.executeBlocking(() -> {
                    journal.bookAgain(lost.remembered());
                    return lost;
                })
                .map(_ -> {
                    unbooked = null;
                    whenCommitsAreLost.run();
                    return BATCH_MAX;
                });
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
            LOG.warnf("The ledger can't be written at present; entries wait in the journal: %s", failure.getMessage());
        } else if (failure == null && failing) {
            LOG.info("The ledger can be written again.");
        }
        failing = failure != null;
    }
}
