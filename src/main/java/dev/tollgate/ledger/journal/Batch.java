package dev.tollgate.ledger.journal;

import dev.tollgate.kernel.RequestId;
import java.util.ArrayList;
import java.util.List;

/** Entries on their way from the journal to the ledger. */
public final class Batch {
    private static final long BYTES_MAX = 8 << 20;

    private final int entriesMax;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Runnable> whenBooked = new ArrayList<>(4);
    private long bytes;

    Batch(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /** An entry as it was written down. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Entry(RequestId id, byte[] bytes) {}

    public List<Entry> entries() {
        return entries;
    }

    /** Says that every entry is in the ledger, or can never be. To be called once; without it they come again at the next start. */
    public void booked() {
        whenBooked.forEach(Runnable::run);
    }

    boolean isFull() {
        return entries.size() >= entriesMax || bytes >= BYTES_MAX;
    }

    void add(JournalRecord record) {
        entries.add(new Entry(record.id(), record.payload()));
        bytes += record.payload().length;
    }

    void whenBooked(Runnable action) {
        whenBooked.add(action);
    }
}
