package dev.tollgate.admin.limits;

import dev.tollgate.limits.rules.Drift;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Figures of a window that don't fit together: nanodollars, tokens or requests. */
@Schema(example = """
        {"window_id": 4711, "what": "settled is not what the ledger has booked", "expected": 57302100000,
         "actual": 57302000000}
        """)
public record DriftView(long windowId, String what, long expected, long actual) {
    static DriftView of(Drift drift) {
        return new DriftView(drift.windowId(), drift.what(), drift.expected(), drift.actual());
    }
}
