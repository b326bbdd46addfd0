package dev.tollgate.limits.rules;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How long ago it was known for the last time that the rules in force are all there are. A replica that hears nothing of
 * rules knows of no new stop. Safe for threads.
 */
public final class Hearing {
    private final LongSupplier nanoTime;
    private final long patienceNanos;
    private final AtomicLong heardNanos;

    /**
     * @param nanoTime the time that passes, in nanoseconds from anywhere
     * @param patience after which it is deaf
     */
    public Hearing(LongSupplier nanoTime, Duration patience) {
        this.nanoTime = nanoTime;
        this.patienceNanos = patience.toNanos();
        this.heardNanos = new AtomicLong(nanoTime.getAsLong());
    }

    /** Now, to be given to {@link #heard} when what is asked now has been answered. */
    public long now() {
        return nanoTime.getAsLong();
    }

    /** Says that every change of rules from before then is in force. What comes late takes nothing back. */
    public void heard(long asOf) {
        heardNanos.accumulateAndGet(asOf, (last, next) -> next - last > 0 ? next : last);
    }

    /** How long nothing was heard. */
    public Duration silence() {
        return Duration.ofNanos(nanoTime.getAsLong() - heardNanos.get());
    }

    /** Whether that is too long to know what is stopped. */
    public boolean isDeaf() {
        return nanoTime.getAsLong() - heardNanos.get() > patienceNanos;
    }
}
