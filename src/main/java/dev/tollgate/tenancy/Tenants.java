package dev.tollgate.tenancy;

import org.jspecify.annotations.Nullable;

/** The tenants in force: null until all have been read once. Set by one thread, read by all. */
public final class Tenants {
    private volatile @Nullable Callers callers;

    public @Nullable Callers callers() {
        return callers;
    }

    /** Says that these callers are known, all of them; they go on changing. */
    public void known(Callers all) {
        callers = all;
    }
}
