package dev.tollgate.provider;

import java.util.concurrent.atomic.AtomicInteger;

/** What is going on towards providers, over all event loops. Safe for threads. */
public final class UpstreamCounts {
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    /** Open connections. */
    public int connections() {
        return connections.get();
    }

    /** Requests that wait for a connection. */
    public int waiting() {
        return waiting.get();
    }

    void connected() {
        connections.incrementAndGet();
    }

    void disconnected() {
        connections.decrementAndGet();
    }

    void waits() {
        waiting.incrementAndGet();
    }

    void waitsNoMore() {
        waiting.decrementAndGet();
    }
}
