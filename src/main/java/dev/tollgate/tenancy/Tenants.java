package dev.tollgate.tenancy;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The tenants in force: null until all have been read once. Set by one thread, read by all. */
public final class Tenants {
    private static final Duration BEHIND_AFTER = Duration.ofSeconds(2);

    private volatile @Nullable Callers callers;
    private volatile Instant asOf = Instant.MIN;

    public @Nullable Callers callers() {
        return callers;
    }

    /** Says that these callers are known, all that there were at an instant; they go on changing. */
    public void known(Callers all, Instant instant) {
        asOf = instant;
        callers = all;
    }

    /** Whether changes of the last seconds may not be known, because the database can't be asked. */
    public boolean isBehind(Instant now) {
        return asOf.isBefore(now.minus(BEHIND_AFTER));
    }
}
