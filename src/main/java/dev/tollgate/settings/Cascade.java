package dev.tollgate.settings;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What becomes of clients whose own values would be wider than what an organization sets. */
public enum Cascade {
    /** The change is refused. */
    REFUSE,
    /** They are narrowed with it. */
    CLAMP;

    /** Reads {@code refuse} or {@code clamp}; null is the first. */
    public static Cascade of(@Nullable String label) {
        if (label == null) {
            return REFUSE;
        }
        for (Cascade cascade : values()) {
            if (cascade.name().toLowerCase(Locale.ROOT).equals(label)) {
                return cascade;
            }
        }
        throw new Problem(ProblemCode.INVALID_VALUE, "cascade: expected: refuse or clamp", "cascade");
    }
}
