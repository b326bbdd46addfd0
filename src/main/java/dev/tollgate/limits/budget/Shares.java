package dev.tollgate.limits.budget;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The shares that this replica has, by budget and subject and by window. Safe for threads. */
final class Shares {
    private final Map<String, Map<String, Turn>> byBudget = new ConcurrentHashMap<>();
    private final Map<Long, Share> byWindow = new ConcurrentHashMap<>();

    /** The share of the window that is under way, and that of the next one where it was taken ahead. */
    private static final class Turn {
        volatile @Nullable Share now;
        volatile @Nullable Share next;
    }

    /** The share of the window that holds an instant, or null where this replica has none yet. */
    @Nullable
    Share at(String budgetId, String subject, long epochMillis) {
        Map<String, Turn> turns = byBudget.get(budgetId);
        Turn turn = turns == null ? null : turns.get(subject);
        if (turn == null) {
            return null;
        }
        Share now = turn.now;
        if (now != null && now.window().holds(epochMillis)) {
            return now;
        }
        Share next = turn.next;
        return next != null && next.window().holds(epochMillis) ? next : null;
    }

    @Nullable
    Share ofWindow(long windowId) {
        return byWindow.get(windowId);
    }

    Collection<Share> all() {
        return byWindow.values();
    }

    /** Adds the share of a window, unless there is one; answers the one that is there. */
    Share add(Share share, long epochMillis) {
        Share known = byWindow.putIfAbsent(share.window().id(), share);
        if (known != null) {
            return known;
        }
        Window window = share.window();
        Turn turn = byBudget.computeIfAbsent(window.budgetId(), _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(window.subject(), _ -> new Turn());
        synchronized (turn) {
            if (window.startsMillis() > epochMillis) {
                turn.next = share;
            } else {
                turn.now = share;
            }
        }
        return share;
    }

    /** Puts the share that was taken ahead in the place of the one whose window is over. */
    void turn(Window ended, long epochMillis) {
        Turn turn = turnOf(ended);
        if (turn == null) {
            return;
        }
        synchronized (turn) {
            Share next = turn.next;
            if (next != null && next.window().holds(epochMillis)) {
                turn.now = next;
                turn.next = null;
            }
        }
    }

    boolean hasNext(Window window) {
        Turn turn = turnOf(window);
        return turn != null && turn.next != null;
    }

    /** Forgets a share, so that the next request that needs its window has a new one made. */
    void remove(Share share) {
        byWindow.remove(share.window().id(), share);
        Turn turn = turnOf(share.window());
        if (turn == null) {
            return;
        }
        synchronized (turn) {
            turn.now = turn.now == share ? null : turn.now;
            turn.next = turn.next == share ? null : turn.next;
        }
        Map<String, Turn> turns = byBudget.get(share.window().budgetId());
        if (turns != null) {
            turns.computeIfPresent(
                    share.window().subject(), (_, known) -> known.now == null && known.next == null ? null : known);
        }
    }

    private @Nullable Turn turnOf(Window window) {
        Map<String, Turn> turns = byBudget.get(window.budgetId());
        return turns == null ? null : turns.get(window.subject());
    }
}
