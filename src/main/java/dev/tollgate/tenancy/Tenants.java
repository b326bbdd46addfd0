package dev.tollgate.tenancy;

import org.jspecify.annotations.Nullable;

/** The tenants in force: null until the first snapshot was read. Replaced by one thread, read by all. */
public final class Tenants {
    private volatile @Nullable Callers callers;

    public @Nullable Callers callers() {
        return callers;
    }

    public void replace(Callers next) {
        callers = next;
    }
}
