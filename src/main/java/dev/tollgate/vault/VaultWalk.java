package dev.tollgate.vault;

import java.util.ArrayList;
import java.util.List;

/**
 * How a walk over everything sealed went.
 *
 * @param done how many values were opened, or sealed anew
 * @param failures why others were not, the first of them
 * @param failed how many those are
 */
public record VaultWalk(long done, long failed, List<String> failures) {
    private static final int FAILURES_MAX = 100;

    public static final VaultWalk NOTHING = new VaultWalk(0, 0, List.of());

    public VaultWalk {
        failures = List.copyOf(failures.subList(0, Math.min(failures.size(), FAILURES_MAX)));
    }

    public VaultWalk plus(VaultWalk other) {
        List<String> all = new ArrayList<>(failures);
        all.addAll(other.failures);
        return new VaultWalk(done + other.done, failed + other.failed, all);
    }
}
