package dev.tollgate.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What was dropped by hand, by whatever replica. An answer that was stored before is given to nobody, in whichever tier it
 * still lies: one that was away, one that writes late, one that is yet to be cleaned. Until they are known everything counts
 * as dropped. Safe for threads.
 */
public final class Drops {
    private static final int MAX = 1_000;
    private static final int KEYS_MAX = 20_000;

    private volatile Known known;

    /** What is dropped is not known yet, so that everything counts as dropped. */
    public Drops() {
        this(new Known(/* isComplete= */ false, Map.of(), List.of()));
    }

    private Drops(Known known) {
        this.known = known;
    }

    /** Where nobody drops anything by hand but from the tiers themselves. */
    static Drops none() {
        return new Drops(new Known(/* isComplete= */ true, Map.of(), List.of()));
    }

    /**
     * @param isComplete whether all that was dropped before the start is among them
     * @param keys by the digest of the one key that they mean
     * @param others of more than one key, the latest last
     */
    private record Known(boolean isComplete, Map<String, List<CacheSelection>> keys, List<CacheSelection> others) {}

    /** Whether an answer must not be given any more. */
    public boolean mean(CacheKey key, CachedAnswer answer) {
        Known now = known;
        if (!now.isComplete) {
            return true;
        }
        for (CacheSelection drop : now.others) {
            if (drop.matches(key, answer)) {
                return true;
            }
        }
        return !now.keys.isEmpty()
                && now.keys.getOrDefault(key.hex(), List.of()).stream().anyMatch(drop -> drop.matches(key, answer));
    }

    /**
     * Takes in more, in the order in which they were made.
     *
     * @param drops each with the time before which it means answers
     */
    public synchronized void add(List<CacheSelection> drops) {
        Map<String, List<CacheSelection>> keys = new HashMap<>(known.keys);
        List<CacheSelection> others = new ArrayList<>(known.others);
        for (CacheSelection drop : drops) {
            Objects.requireNonNull(drop.storedBeforeMillis(), "when it was dropped");
            if (drop.digest() == null) {
                others.removeIf(before -> isOfTheSame(before, drop));
                others.add(drop);
            } else {
                List<CacheSelection> ofKey = new ArrayList<>(keys.getOrDefault(drop.digest(), List.of()));
                ofKey.removeIf(before -> isOfTheSame(before, drop));
                ofKey.add(drop);
                keys.put(drop.digest(), List.copyOf(ofKey));
            }
        }
        if (keys.size() > KEYS_MAX || others.size() > MAX) {
            others = List.of(everythingBefore(keys, others));
            keys = Map.of();
        }
        known = new Known(/* isComplete= */ true, Map.copyOf(keys), List.copyOf(others));
    }

    /** Whether a later drop means all that an earlier one does. */
    private static boolean isOfTheSame(CacheSelection before, CacheSelection drop) {
        return before.storedBefore(drop.storedBeforeMillis()).equals(drop)
                && Objects.requireNonNull(before.storedBeforeMillis())
                        <= Objects.requireNonNull(drop.storedBeforeMillis());
    }

    /** Too many to look through for every answer: more is dropped than was asked for, never less. */
    private static CacheSelection everythingBefore(
            Map<String, List<CacheSelection>> keys, List<CacheSelection> others) {
        long latest = Long.MIN_VALUE;
        for (CacheSelection drop : others) {
            latest = Math.max(latest, Objects.requireNonNull(drop.storedBeforeMillis()));
        }
        for (List<CacheSelection> ofKey : keys.values()) {
            for (CacheSelection drop : ofKey) {
                latest = Math.max(latest, Objects.requireNonNull(drop.storedBeforeMillis()));
            }
        }
        return CacheSelection.ALL.storedBefore(latest);
    }

    /** How many are looked through. */
    public int count() {
        return known.keys.size() + known.others.size();
    }
}
