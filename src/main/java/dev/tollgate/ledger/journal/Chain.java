package dev.tollgate.ledger.journal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Segments that one event loop wrote one after the other. */
interface Chain {
    Segment first();

    /** The next one, or null where there is none (yet). */
    @Nullable
    Segment after(Segment segment);

    /** A chain that grows no more. */
    static Chain of(List<Segment> segments) {
        return new Chain() {
            @Override
            public Segment first() {
                return segments.getFirst();
            }

            @Override
            public @Nullable Segment after(Segment segment) {
                int next = segments.indexOf(segment) + 1;
                return next < segments.size() ? segments.get(next) : null;
            }
        };
    }
}
