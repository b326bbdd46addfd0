package dev.tollgate.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a flood of refusals from flooding the ledger: beyond ten of one key within a second, those with the same error
 * become one entry that counts them, booked when the second is over. Safe for threads; only refusals come here.
 */
final class Refusals {
    private static final int SINGLE_MAX = 10;

    /** Keys of one second that are watched; the refusals of others are entries of their own. */
    private static final int KEYS_MAX = 10_000;

    private final Map<String, OfKey> keys = new HashMap<>();
    private long second = Long.MIN_VALUE;

    /** One key's refusals of this second. */
    private static final class OfKey {
        private int single;
        private final Map<@Nullable String, LedgerEntry> merged = new LinkedHashMap<>(2);
    }

    /** Takes a refusal at this time; answers what is to be booked now: perhaps itself, perhaps what was merged before. */
    synchronized List<LedgerEntry> take(LedgerEntry refusal, long nowMillis) {
        List<LedgerEntry> due = due(nowMillis);
        String keyId = refusal.origin().keyId();
        OfKey key = keys.get(keyId);
        if (key == null && keys.size() < KEYS_MAX) {
            key = new OfKey();
            keys.put(keyId, key);
        }
        if (key == null || key.single < SINGLE_MAX) {
            if (key != null) {
                key.single++;
            }
            due.add(refusal);
        } else {
            key.merged.merge(refusal.end().errorCode(), refusal, LedgerEntry::mergedWith);
        }
        return due;
    }

    /** What was merged in seconds that are over. */
    synchronized List<LedgerEntry> due(long nowMillis) {
        long now = Math.floorDiv(nowMillis, 1_000);
        if (now == second) {
            return new ArrayList<>(1);
        }
        second = now;
        return all();
    }

    /** All that was merged, even if its second is not over. */
    synchronized List<LedgerEntry> all() {
        List<LedgerEntry> merged = new ArrayList<>(1);
        keys.values().forEach(key -> merged.addAll(key.merged.values()));
        keys.clear();
        return merged;
    }
}
