package dev.tollgate.admin.limits;

import dev.tollgate.limits.rules.ReplicaRecord;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A run of a replica, and what it has of budgets. */
@Schema(example = """
        {"epoch": 3, "journal_id": "6f1e0b1c-3f0e-4c38-9f0b-0f6d0a1f5a11", "slot": 0, "state": "live",
         "started_at": "2026-11-21T12:00:00Z", "seen_at": "2026-11-21T12:34:56Z",
         "unspent": [{"measure": "charge", "amount": "1.25", "currency": "USD", "windows": 12}]}
        """)
public record ReplicaView(
        long epoch,

        @Schema(description = "Of the folder that it keeps its journal in.") @Nullable
        String journalId,

        int slot,

        @Schema(
                description =
                        "`live`; `suspect` where it was not seen for five seconds; `superseded` where a later run has"
                                + " its journal; `closed`.")
        String state,

        Instant startedAt,
        Instant seenAt,

        @Schema(description = "What was granted to it in open windows and is not spent, as far as that is booked.")
        List<UnspentView> unspent) {
    static ReplicaView of(ReplicaRecord replica) {
        return new ReplicaView(
                replica.epoch(),
                replica.journalId() == null ? null : replica.journalId().toString(),
                replica.slot(),
                replica.state(),
                replica.startedAt(),
                replica.seenAt(),
                replica.unspent().stream().map(UnspentView::of).toList());
    }
}
