package dev.tollgate.tenancy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When each key was used last, to the second, until that is stored. Noting a use costs a request one look-up, and once a
 * second a write to memory. Safe for threads.
 */
public final class KeyUses {
    private static final long GRAIN_MILLIS = 1_000;

    private final Map<String, Long> latestMillis = new ConcurrentHashMap<>();

    /** Notes that a key is used. */
    public void note(String keyId, Instant now) {
        long millis = now.toEpochMilli();
        Long latest = latestMillis.get(keyId);
        if (latest == null || millis - latest >= GRAIN_MILLIS) {
            latestMillis.merge(keyId, millis, Math::max);
        }
    }

    /** The latest use of each key, of those that are not forgotten. */
    public Map<String, Instant> noted() {
        Map<String, Instant> noted = HashMap.newHashMap(latestMillis.size());
        latestMillis.forEach((keyId, millis) -> noted.put(keyId, Instant.ofEpochMilli(millis)));
        return noted;
    }

    /** Forgets what has been stored; a key that was used since then is kept. */
    public void forget(Map<String, Instant> stored) {
        stored.forEach((keyId, instant) -> latestMillis.remove(keyId, instant.toEpochMilli()));
    }
}
