package dev.tollgate.limits.rate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Who waits, in a line per bucket. Behind a lock, which only matters where somebody waits. */
final class WaitingRoom {
    private final int maxPerLine;
    private final Map<String, NavigableSet<Waiter>> lines = new HashMap<>();

    /** Lines that somebody is serving, and whether there is reason to do so once more. */
    private final Map<String, Boolean> served = new HashMap<>();

    private final AtomicInteger waiting = new AtomicInteger();

    WaitingRoom(int maxPerLine) {
        this.maxPerLine = maxPerLine;
    }

    int waiting() {
        return waiting.get();
    }

    /** The charge at whose bucket somebody waits who must not be overtaken; -1 for none. */
    synchronized int firstWithLine(List<Charge> charges, int priority) {
        for (int i = 0; i < charges.size(); i++) {
            Charge charge = charges.get(i);
            NavigableSet<Waiter> line = lines.get(charge.bucket().key());
            if (line != null && charge.binds() && charge.cost() > 0 && line.first().priority >= priority) {
                return i;
            }
        }
        return -1;
    }

    /** Lets one wait, and answers whom there is no room for: the last in line, possibly the new one. */
    synchronized @Nullable Waiter add(Waiter waiter) {
        NavigableSet<Waiter> line = putBack(waiter);
        return line.size() > maxPerLine ? remove(waiter.key(), line.last()) : null;
    }

    /** Lets one wait who waited before. */
    synchronized NavigableSet<Waiter> putBack(Waiter waiter) {
        NavigableSet<Waiter> line = lines.computeIfAbsent(waiter.key(), _ -> new TreeSet<>(Waiter.ORDER));
        line.add(waiter);
        waiting.incrementAndGet();
        return line;
    }

    /** Calls the first of a line. */
    synchronized @Nullable Waiter call(String key) {
        NavigableSet<Waiter> line = lines.get(key);
        return line == null ? null : remove(key, line.first());
    }

    /** Those whose time is over; they are gone. */
    synchronized List<Waiter> takeOverdue(long now) {
        List<Waiter> overdue = new ArrayList<>();
        for (Iterator<NavigableSet<Waiter>> all = lines.values().iterator(); all.hasNext(); ) {
            NavigableSet<Waiter> line = all.next();
            for (Iterator<Waiter> each = line.iterator(); each.hasNext(); ) {
                Waiter waiter = each.next();
                if (now - waiter.untilNanos >= 0) {
                    overdue.add(waiter);
                    each.remove();
                    waiting.decrementAndGet();
                }
            }
            if (line.isEmpty()) {
                all.remove();
            }
        }
        return overdue;
    }

    synchronized Set<String> keys() {
        return new HashSet<>(lines.keySet());
    }

    /** Whether the line is now the caller's to serve; who serves it already will do so once more. */
    synchronized boolean beginServing(String key) {
        return served.put(key, served.containsKey(key)) == null;
    }

    /** Whether serving the line is over; otherwise there is reason to go on. */
    synchronized boolean endServing(String key) {
        if (Boolean.TRUE.equals(served.get(key))) {
            served.put(key, false);
            return false;
        }
        served.remove(key);
        return true;
    }

    private Waiter remove(String key, Waiter waiter) {
        NavigableSet<Waiter> line = lines.get(key);
        if (line != null && line.remove(waiter)) {
            waiting.decrementAndGet();
            if (line.isEmpty()) {
                lines.remove(key);
            }
        }
        return waiter;
    }
}
