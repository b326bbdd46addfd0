package dev.tollgate.limits.budget;

/** Runs something later. Safe for threads. */
@FunctionalInterface
public interface Timers {
    /** Runs an action after so many milliseconds, unless what it answers is run before. */
    Runnable after(long millis, Runnable action);
}
