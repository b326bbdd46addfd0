package dev.tollgate.limits.budget;

import dev.tollgate.limits.budget.ShareStore.Standing;
import org.jspecify.annotations.Nullable;

/** Why nothing could be held for a request. It carries no stack trace: it is an answer, not a defect. */
public final class BudgetRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What stands in the way. */
    public enum Reason {
        /** What was spent leaves too little until the window ends. */
        EXCEEDED,
        /** Requests under way hold what is left; some of it will come back. */
        BUSY,
        /** The database can't be asked, and what this replica was granted is used up. */
        UNAVAILABLE
    }

    private final Reason reason;
    private final transient Budget budget;
    private final transient @Nullable Window window;
    private final transient @Nullable Standing standing;
    private final long need;

    BudgetRefusal(Reason reason, Budget budget, @Nullable Window window, @Nullable Standing standing, long need) {
        super(reason + " " + budget.id(), null, false, false);
        this.reason = reason;
        this.budget = budget;
        this.window = window;
        this.standing = standing;
        this.need = need;
    }

    public Reason reason() {
        return reason;
    }

    public Budget budget() {
        return budget;
    }

    /** Null where it is not known. */
    public @Nullable Window window() {
        return window;
    }

    /** Null where it is not known. */
    public @Nullable Standing standing() {
        return standing;
    }

    /** What the request may use at most, in the budget's measure. */
    public long need() {
        return need;
    }
}
