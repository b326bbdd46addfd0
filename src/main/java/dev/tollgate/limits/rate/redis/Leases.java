package dev.tollgate.limits.rate.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The slots that requests of this replica hold in Redis. They are renewed while the replica lives. */
final class Leases {
    private static final int AT_ONCE = 500;

    /** Slots of one bucket. */
    record Lease(String key, String member, long slots) {}

    private final Set<Lease> held = ConcurrentHashMap.newKeySet();

    void add(Lease lease) {
        held.add(lease);
    }

    void remove(Lease lease) {
        held.remove(lease);
    }

    int size() {
        return held.size();
    }

    /** All of them, in parts that Redis renews at once without keeping others waiting; one empty part where there is none. */
    List<List<Lease>> parts() {
        List<List<Lease>> parts = new ArrayList<>();
        List<Lease> part = new ArrayList<>();
        for (Lease lease : held) {
            part.add(lease);
            if (part.size() == AT_ONCE) {
                parts.add(part);
                part = new ArrayList<>();
            }
        }
        if (!part.isEmpty() || parts.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }
}
