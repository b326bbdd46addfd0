package dev.tollgate.limits.rate;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A clock and a timer that stand still until a test moves them. Begins near where a long overflows, as clocks may. */
public final class VirtualTime implements LongSupplier, Timer {
    private record Task(long atNanos, Runnable runnable) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparingLong(Task::atNanos));
    private long elapsedNanos;

    @Override
    public synchronized long getAsLong() {
        return Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(10) + elapsedNanos;
    }

    @Override
    public synchronized void in(long millis, Runnable task) {
        tasks.add(new Task(elapsedNanos + TimeUnit.MILLISECONDS.toNanos(millis), task));
    }

    /** Does what is due on the way. */
    public void advance(long millis) {
        advanceNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    public void advanceNanos(long nanos) {
        long end = elapsedNanos + nanos;
        while (!tasks.isEmpty() && tasks.peek().atNanos <= end) {
            Task next = tasks.remove();
            elapsedNanos = next.atNanos;
            next.runnable.run();
        }
        elapsedNanos = end;
    }
}
