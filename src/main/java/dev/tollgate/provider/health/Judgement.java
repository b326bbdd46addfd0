package dev.tollgate.provider.health;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The state of an account, and what the latest checks have found, the newest last. A state changes when several checks in a
 * row say so, two or three, so that one that goes wrong by chance neither raises an alert nor moves requests. Immutable.
 */
public record Judgement(HealthState state, List<HealthState> found) {
    private static final int KEPT = 3;
    private static final int FOR_DEGRADED = 2;

    /** Of an account that was never checked: nothing speaks against it. */
    public static final Judgement NEW = new Judgement(HealthState.UP, List.of());

    public Judgement {
        found = List.copyOf(found);
    }

    /** The judgement after another check. */
    public Judgement after(HealthState finding) {
        List<HealthState> all = new ArrayList<>(found);
        all.add(finding);
        List<HealthState> latest = all.subList(Math.max(0, all.size() - KEPT), all.size());
        return new Judgement(next(state, latest), latest);
    }

    /**
     * Worse, once the last three were down, or the last two not well. Better, once the last three were: as good as the worst
     * of them.
     */
    private static HealthState next(HealthState was, List<HealthState> latest) {
        boolean all = latest.size() == KEPT;
        if (all && Collections.min(latest) == HealthState.DOWN) {
            return HealthState.DOWN;
        }
        if (was == HealthState.UP) {
            boolean bad = latest.size() >= FOR_DEGRADED
                    && Collections.min(latest.subList(latest.size() - FOR_DEGRADED, latest.size())) != HealthState.UP;
            return bad ? HealthState.DEGRADED : HealthState.UP;
        }
        HealthState worst = Collections.max(latest);
        return all && worst.compareTo(was) < 0 ? worst : was;
    }

    /** Whether nothing is amiss. Otherwise the next check is sooner, so that it is soon known what it is. */
    public boolean isWell() {
        return state == HealthState.UP && (found.isEmpty() || found.getLast() == HealthState.UP);
    }
}
