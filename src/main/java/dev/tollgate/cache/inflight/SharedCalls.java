package dev.tollgate.cache.inflight;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The calls of this process that may be shared, by what their requests have in common. Safe for threads.
 *
 * @param <K> by which requests share a call
 * @param <H> what is known of an answer when it begins
 */
public final class SharedCalls<K, H> {
    private final ConcurrentHashMap<K, SharedCall<H>> calls = new ConcurrentHashMap<>();
    private final SharingCounts counts = new SharingCounts();
    private final int keptMax;

    /**
     * @param keptMax bytes of an answer that are kept for those who join late or are slow; as much of a longer one, about,
     *     and nobody joins it any more
     */
    public SharedCalls(int keptMax) {
        this.keptMax = keptMax;
    }

    /** A seat in the call under way, or in a new one that the request is to make: {@link Seat#isLeading}. */
    public Seat<H> join(K key, Party<H> party) {
        while (true) {
            SharedCall<H> call = calls.computeIfAbsent(key, this::begin);
            Seat<H> seat = call.join(party);
            if (seat != null) {
                return seat;
            }
            calls.remove(key, call); // it is about to be
        }
    }

    private SharedCall<H> begin(K key) {
        return new SharedCall<>(keptMax, counts, ended -> calls.remove(key, ended));
    }

    /** How many calls may be joined at present. */
    public int size() {
        return calls.size();
    }

    public SharingCounts counts() {
        return counts;
    }
}
