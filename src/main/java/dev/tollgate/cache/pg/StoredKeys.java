package dev.tollgate.cache.pg;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * In memory, which keys PostgreSQL may have and in which slots: a filter for each slot in use, in a bounded number of
 * bytes. Filters of slots whose time is over are forgotten. Read by all threads, changed by one at a time.
 */
public final class StoredKeys {
    private static final int LEAST_KEYS = 1_024;

    private final AtomicReferenceArray<@Nullable Filtered> slots = new AtomicReferenceArray<>(Slots.COUNT);
    private final long bytesMax;

    /** @param bytesMax of all filters together; with less than keys need, more are found by mistake */
    public StoredKeys(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The filter of a slot's turn; how many keys were added, and how many it has room for. */
    private static final class Filtered {
        final long endsAtMillis;
        final KeyFilter filter;
        final int room;
        int added;

        Filtered(long endsAtMillis, int room) {
            this.endsAtMillis = endsAtMillis;
            this.room = room;
            this.filter = new KeyFilter(room);
        }
    }

    /** The slots that may have a key, a bit for each; 0 says that none has. */
    long slotsOf(long hash, long nowMillis) {
        long found = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            Filtered filtered = slots.getAcquire(slot);
            if (filtered != null && filtered.endsAtMillis > nowMillis && filtered.filter.mayHave(hash)) {
                found |= 1L << slot;
            }
        }
        return found;
    }

    /**
     * Adds keys of one turn of a slot.
     *
     * @return whether the filter has no more room, so that it should be made anew, larger
     */
    synchronized boolean add(Slots.Turn turn, long[] hashes) {
        Filtered filtered = slots.getPlain(turn.slot());
        if (filtered == null || filtered.endsAtMillis < turn.endsAtMillis()) {
            replace(turn, hashes);
            return false;
        }
        if (filtered.endsAtMillis > turn.endsAtMillis()) {
            return false; // its time is over
        }
        for (long hash : hashes) {
            filtered.filter.add(hash);
        }
        filtered.added += hashes.length;
        return filtered.added > filtered.room && room(turn.slot(), filtered.added) > filtered.room;
    }

    /** Has a filter of exactly these keys for a slot, with room for twice as many as far as there are bytes left. */
    synchronized void replace(Slots.Turn turn, long[] hashes) {
        Filtered filtered = new Filtered(turn.endsAtMillis(), room(turn.slot(), hashes.length));
        for (long hash : hashes) {
            filtered.filter.add(hash);
        }
        filtered.added = hashes.length;
        slots.setRelease(turn.slot(), filtered);
    }

    /** Forgets the keys of a slot that was emptied before its time. */
    synchronized void forget(int slot) {
        slots.setRelease(slot, null);
    }

    synchronized void forgetAll() {
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            slots.setRelease(slot, null);
        }
    }

    /** Forgets those of slots whose time is over. */
    synchronized void forgetBefore(long nowMillis) {
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            Filtered filtered = slots.getPlain(slot);
            if (filtered != null && filtered.endsAtMillis <= nowMillis) {
                slots.setRelease(slot, null);
            }
        }
    }

    synchronized long bytes() {
        return bytesBut(-1);
    }

    synchronized long keys() {
        long keys = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            Filtered filtered = slots.getPlain(slot);
            keys += filtered == null ? 0 : filtered.added;
        }
        return keys;
    }

    /** For twice as many keys, halved until it fits into the bytes that are left. */
    private int room(int slot, int keys) {
        long left = bytesMax - bytesBut(slot);
        int room = LEAST_KEYS;
        while (room < 2L * keys && room <= 1 << 29 && KeyFilter.bytesFor(2 * room) <= left) {
            room *= 2;
        }
        return room;
    }

    private long bytesBut(int slot) {
        long bytes = 0;
        for (int each = 0; each < Slots.COUNT; each++) {
            Filtered filtered = slots.getPlain(each);
            bytes += filtered == null || each == slot ? 0 : filtered.filter.bytes();
        }
        return bytes;
    }
}
