package dev.tollgate.limits.rate;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The buckets in memory, at most about so many. A bucket that nothing is left in is the same as none, so that nothing is
 * lost when it goes. Where room is needed and none of those looked at is such a one, that goes which forgives least;
 * one with slots taken never goes, but those are bounded by the requests under way.
 */
final class Cells {
    private static final int LOOKED_AT = 32;

    private final ConcurrentHashMap<String, Cell> cells = new ConcurrentHashMap<>();
    private final ReentrantLock evicting = new ReentrantLock();
    private final int max;
    private final Function<Bucket, Share> shares;
    private Iterator<Map.Entry<String, Cell>> hand = cells.entrySet().iterator();

    /** @param shares that new buckets begin with */
    Cells(int max, Function<Bucket, Share> shares) {
        this.max = max;
        this.shares = shares;
    }

    Cell of(Bucket bucket, long now) {
        Cell known = cells.get(bucket.key());
        if (known != null && !known.isEvicted()) {
            return ofKind(bucket, known);
        }
        if (cells.size() >= max) {
            evictOne(now);
        }
        Cell cell = cells.compute(
                bucket.key(), (_, present) -> present == null || present.isEvicted() ? cell(bucket, now) : present);
        return ofKind(bucket, cell);
    }

    @Nullable
    Cell known(String key) {
        return cells.get(key);
    }

    int size() {
        return cells.size();
    }

    private Cell cell(Bucket bucket, long now) {
        Share share = shares.apply(bucket);
        return switch (bucket.kind()) {
            case Rate rate -> new RateCell(rate, share, now);
            case Concurrency _ -> new SlotCell(share);
        };
    }

    private static Cell ofKind(Bucket bucket, Cell cell) {
        if (cell instanceof RateCell != bucket.kind() instanceof Rate) {
            throw new IllegalArgumentException("bucket: " + bucket + " (expected: the kind that its key had before)");
        }
        return cell;
    }

    /** Who finds somebody else at it goes on: there are then a few more than the bound for a moment. */
    private void evictOne(long now) {
        if (!evicting.tryLock()) {
            return;
        }
        try {
            Map.@Nullable Entry<String, Cell> least = null;
            long leastWeight = Long.MAX_VALUE;
            for (int i = 0; i < LOOKED_AT && leastWeight > 0; i++) {
                Map.Entry<String, Cell> next = next();
                if (next == null) {
                    break;
                }
                long weight = next.getValue().weight(now);
                if (weight < leastWeight) {
                    least = next;
                    leastWeight = weight;
                }
            }
            if (least != null && least.getValue().evict(leastWeight, now)) {
                cells.remove(least.getKey(), least.getValue());
            }
        } finally {
            evicting.unlock();
        }
    }

    /** The next bucket of the round, which begins anew at its end. */
    private Map.@Nullable Entry<String, Cell> next() {
        if (!hand.hasNext()) {
            hand = cells.entrySet().iterator();
        }
        return hand.hasNext() ? hand.next() : null;
    }
}
