package dev.tollgate.limits.rules;

import dev.tollgate.limits.budget.Measure;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run of a replica, and what it has of budgets.
 *
 * @param epoch the number of the run
 * @param journalId of the folder that it keeps its journal in
 * @param state {@code live}, {@code suspect} (live, but not seen for five seconds), {@code superseded} or {@code closed}
 * @param unspent what was granted to it in open windows and is not spent, as far as that is booked
 */
public record ReplicaRecord(
        long epoch,
        @Nullable UUID journalId,
        int slot,
        String state,
        Instant startedAt,
        Instant seenAt,
        List<Unspent> unspent) {
    public ReplicaRecord {
        unspent = List.copyOf(unspent);
    }

    /** A sum over windows of one measure. */
    public record Unspent(Measure measure, long amount, int windows) {}
}
