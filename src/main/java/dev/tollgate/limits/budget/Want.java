package dev.tollgate.limits.budget;

import org.jspecify.annotations.Nullable;

/** What a request may use at most, and whether it could do with less. */
public interface Want {
    Amounts most();

    /**
     * The same request made to use no more of a measure than there is room for, or null where it would be of no use then.
     */
    @Nullable
    Want fitted(Measure measure, long room);
}
