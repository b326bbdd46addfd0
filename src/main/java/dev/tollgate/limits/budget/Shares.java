package dev.tollgate.limits.budget;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The shares that this replica has, by budget and subject and by window. Safe for threads. */
final class Shares {
    /** By budget, then by subject. */
    private final Map<String, Map<String, Turn>> turns = new ConcurrentHashMap<>();

    private final Map<Long, Share> byWindow = new ConcurrentHashMap<>();
    private final Set<Share> forgotten = ConcurrentHashMap.newKeySet();
    private volatile long firstEpoch = Long.MIN_VALUE;

    /** The share of the window that is under way, and that of the next one where it was taken ahead. */
    private record Turn(@Nullable Share now, @Nullable Share next) {
        static final Turn NONE = new Turn(null, null);

        /** A window that the store has closed is over, even though this replica's clock may lag behind. */
        @Nullable
        Share at(long epochMillis) {
            if (now != null && now.window().holds(epochMillis)) {
                return now.isOver() ? goingOn(next) : now;
            }
            return next != null && next.window().holds(epochMillis) ? goingOn(next) : null;
        }

        private static @Nullable Share goingOn(@Nullable Share share) {
            return share == null || share.isOver() ? null : share;
        }

        /** The time to open a window at, where there is no share of one for an instant. */
        long timeAt(long epochMillis) {
            if (next != null && next.isOver() && next.window().endsMillis() > epochMillis) {
                return next.window().endsMillis();
            }
            if (now != null && now.isOver() && now.window().endsMillis() > epochMillis) {
                return now.window().endsMillis();
            }
            return epochMillis;
        }

        Turn with(Share share, long epochMillis) {
            return share.window().startsMillis() > epochMillis ? new Turn(now, share) : new Turn(share, next);
        }

        @Nullable
        Turn without(Share share) {
            Turn left = new Turn(now == share ? null : now, next == share ? null : next);
            return left.now == null && left.next == null ? null : left;
        }

        Turn turned(long epochMillis) {
            return next != null && next.window().holds(epochMillis) ? new Turn(next, null) : this;
        }
    }

    /** The share of the window that holds an instant, or null where this replica has none yet. */
    @Nullable
    Share at(String budgetId, String subject, long epochMillis) {
        Turn turn = turn(budgetId, subject);
        return turn == null ? null : turn.at(epochMillis);
    }

    /** An instant of the window that is to be opened where there is no share for an instant. */
    long timeAt(String budgetId, String subject, long epochMillis) {
        Turn turn = turn(budgetId, subject);
        return turn == null ? epochMillis : turn.timeAt(epochMillis);
    }

    boolean hasNext(Window window) {
        Turn turn = turn(window.budgetId(), window.subject());
        return turn != null && turn.next != null;
    }

    @Nullable
    Share ofWindow(long windowId) {
        return byWindow.get(windowId);
    }

    Collection<Share> all() {
        return byWindow.values();
    }

    /** Adds the share of a window, unless there is one, or its run is over; answers the one that is there. */
    Share add(Share share, long epochMillis) {
        Window window = share.window();
        turnsOf(window.budgetId()).compute(window.subject(), (_, turn) -> {
            Share known = byWindow.putIfAbsent(window.id(), share);
            return (turn == null ? Turn.NONE : turn).with(known == null ? share : known, epochMillis);
        });
        if (share.epoch() < firstEpoch) {
            remove(share);
        }
        Share added = byWindow.get(window.id());
        return added == null ? share : added;
    }

    /** Puts the share that was taken ahead in the place of the one whose window is over. */
    void turn(Window ended, long epochMillis) {
        turnsOf(ended.budgetId()).computeIfPresent(ended.subject(), (_, turn) -> turn.turned(epochMillis));
    }

    /** Forgets a share, so that the next request that needs its window has a new one made. */
    void remove(Share share) {
        Window window = share.window();
        turnsOf(window.budgetId()).computeIfPresent(window.subject(), (_, turn) -> {
            byWindow.remove(window.id(), share);
            return turn.without(share);
        });
    }

    /** Forgets all shares of a run that has lost its place, and of those before it. */
    synchronized void removeUpTo(long epoch) {
        firstEpoch = Math.max(firstEpoch, epoch + 1);
        all().stream().filter(share -> share.epoch() <= epoch).forEach(share -> {
            forgotten.add(share);
            remove(share);
        });
    }

    /** Whether something is held of the shares of forgotten runs. What is free of them is taken out of use. */
    boolean isHeldByForgotten() {
        forgotten.removeIf(share -> {
            share.takeOut();
            return share.isEmpty();
        });
        return !forgotten.isEmpty();
    }

    private @Nullable Turn turn(String budgetId, String subject) {
        Map<String, Turn> bySubject = turns.get(budgetId);
        return bySubject == null ? null : bySubject.get(subject);
    }

    private Map<String, Turn> turnsOf(String budgetId) {
        Map<String, Turn> known = turns.get(budgetId);
        return known != null ? known : turns.computeIfAbsent(budgetId, _ -> new ConcurrentHashMap<>());
    }
}
