package dev.tollgate.limits.budget;

import java.util.PriorityQueue;

/** Time that passes only from one event to the next. */
final class VirtualTime {
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long millis;
    private long count;

    VirtualTime(long startMillis) {
        millis = startMillis;
    }

    private record Event(long at, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
        }
    }

    long millis() {
        return millis;
    }

    /** Does something later; things of one time in the order in which they were asked for. */
    void after(long delayMillis, Runnable action) {
        events.add(new Event(millis + delayMillis, ++count, action));
    }

    /** Goes on to the next event that is not after an end; whether there was one. */
    boolean next(long end) {
        Event event = events.peek();
        if (event == null || event.at > end) {
            millis = Math.max(millis, end);
            return false;
        }
        events.remove();
        millis = event.at;
        event.action.run();
        return true;
    }
}
