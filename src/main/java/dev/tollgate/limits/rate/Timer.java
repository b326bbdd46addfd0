package dev.tollgate.limits.rate;

/** Does something later. */
@FunctionalInterface
public interface Timer {
    void in(long millis, Runnable task);
}
