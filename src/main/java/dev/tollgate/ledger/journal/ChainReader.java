package dev.tollgate.ledger.journal;

import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the truths of a chain, from the first that may not be in the ledger on. It reads live segments and those of
 * earlier runs alike. What can't be read is passed over, and told of. Used by one thread at a time.
 */
final class ChainReader {
    private static final Logger LOG = Logger.getLogger(ChainReader.class);

    private final Chain chain;
    private Segment segment;
    private int at;
    private Segment bookedUpTo;
    private int bookedAt;
    private long dueNumber;
    private int dueAt;
    private volatile boolean due;

    ChainReader(Chain chain) {
        this.chain = chain;
        this.segment = chain.first();
        this.at = segment.booked();
        this.bookedUpTo = segment;
        this.bookedAt = at;
    }

    /**
     * Begins again with all that the chain still has, as if nothing of it were in the ledger; not while a batch is on its
     * way that shall count. Answers how many truths come again that were known to be booked.
     */
    int beginAgain() {
        int again = 0;
        for (Segment each = chain.first();
                each != null && each.number() <= bookedUpTo.number();
                each = chain.after(each)) {
            again += each.truths(each.number() < bookedUpTo.number() ? each.end() : bookedAt);
            each.booked(Segment.HEAD_BYTES);
        }
        segment = chain.first();
        at = segment.booked();
        bookedUpTo = segment;
        bookedAt = at;
        return again;
    }

    /** Says that all that is there by now is waited for. */
    void expectAll() {
        for (Segment each = chain.first(); each != null; each = chain.after(each)) {
            dueNumber = each.number();
            dueAt = each.end();
        }
        due = true;
    }

    /** Whether something that is waited for is not booked yet. */
    boolean isDue() {
        return due;
    }

    /** Adds what has come, until the batch is full; whether it got to the end. */
    boolean read(Batch batch) {
        boolean more = true;
        while (more && !batch.isFull()) {
            JournalRecord record = next();
            more = record != null;
            if (record != null && record.kind() == Kind.TRUTH) {
                batch.add(record);
            }
        }
        Segment reached = segment;
        int reachedAt = at;
        batch.whenBooked(() -> booked(reached, reachedAt));
        return !more;
    }

    private @Nullable JournalRecord next() {
        while (true) {
            boolean sealed = segment.isSealed(); // asked first, so that a record that is added meanwhile is not missed
            JournalRecord record = segment.next(at);
            if (record != null) {
                if (record.at() != at) {
                    tell(record.at());
                }
                at = record.end();
                return record;
            }
            Segment following = sealed ? chain.after(segment) : null;
            if (sealed && segment.isDamagedAt(at)) {
                tell(segment.end());
                at = segment.end();
            }
            if (following == null) {
                return null;
            }
            segment = following;
            at = following.booked();
        }
    }

    private void tell(int end) {
        LOG.warnf(
                "The journal's file %s can't be read from byte %d to %d; what it held there is not booked",
                segment.file(), at, end);
    }

    private void booked(Segment reached, int reachedAt) {
        for (Segment passed = bookedUpTo; passed != null && passed.number() < reached.number(); ) {
            passed.booked(passed.end());
            passed = chain.after(passed);
        }
        reached.booked(reachedAt);
        bookedUpTo = reached;
        bookedAt = reachedAt;
        if (reached.number() > dueNumber || (reached.number() == dueNumber && reachedAt >= dueAt)) {
            due = false;
        }
    }
}
