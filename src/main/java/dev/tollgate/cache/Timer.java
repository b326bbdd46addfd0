package dev.tollgate.cache;

/** Does something later. */
@FunctionalInterface
public interface Timer {
    /** Runs an action after that many milliseconds, on any thread; running what was returned calls it off. */
    Runnable in(long millis, Runnable action);
}
