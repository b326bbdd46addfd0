package dev.tollgate.limits.budget;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Requests that wait for a share, in the order in which they came. Safe for threads. */
final class Waiters {
    private final Deque<Waiter> queue = new ArrayDeque<>(0);
    private volatile int size;

    /** A request that waits for others to give back what they hold. Called on any thread. */
    interface Waiter {
        /** What it needs. */
        long amount();

        /** Lets it try again. */
        void wake();
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    synchronized void join(Waiter waiter) {
        queue.addLast(waiter);
        size = queue.size();
    }

    synchronized void leave(Waiter waiter) {
        queue.remove(waiter);
        size = queue.size();
    }

    synchronized @Nullable Waiter first() {
        return queue.peekFirst();
    }
}
