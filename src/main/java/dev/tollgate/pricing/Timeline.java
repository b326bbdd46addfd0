package dev.tollgate.pricing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What holds at which instant. Immutable. Instants are milliseconds since 1970, because that is what a request's id says
 * about its beginning; looking one up allocates nothing.
 */
final class Timeline<T> {
    /** A layer that begins or ends nowhere. */
    static final long EVER = Long.MIN_VALUE;

    static final long OPEN = Long.MAX_VALUE;

    /** Ascending; {@code values} has what holds from each of them on. Before the first nothing holds. */
    private final long[] starts;

    private final List<@Nullable T> values;

    private Timeline(long[] starts, List<@Nullable T> values) {
        this.starts = starts;
        this.values = values;
    }

    /**
     * What holds for a span of time.
     *
     * @param from the first millisecond
     * @param to the first millisecond in which it does not hold any more, or {@link #OPEN}
     */
    record Layer<T>(T value, long from, long to) {
        boolean covers(long at) {
            return from <= at && at < to;
        }
    }

    /** Nothing, ever. */
    static <T> Timeline<T> empty() {
        return new Timeline<>(new long[0], List.of());
    }

    /** The same for ever. */
    static <T> Timeline<T> always(T value) {
        return new Timeline<>(new long[] {EVER}, List.of(value));
    }

    /**
     * This with layers on top. Where several cover an instant the one that begins last holds, of those that begin at the
     * same time the later one in the list; where none does, what held before shows through.
     */
    Timeline<T> under(List<Layer<T>> layers) {
        TreeSet<Long> bounds = new TreeSet<>();
        Arrays.stream(starts).forEach(bounds::add);
        for (Layer<T> layer : layers) {
            bounds.add(layer.from);
            if (layer.to != OPEN) {
                bounds.add(layer.to);
            }
        }
        long[] newStarts = new long[bounds.size()];
        List<@Nullable T> newValues = new ArrayList<>(bounds.size());
        for (long bound : bounds) {
            newStarts[newValues.size()] = bound;
            newValues.add(top(layers, bound));
        }
        return new Timeline<>(newStarts, newValues);
    }

    private @Nullable T top(List<Layer<T>> layers, long at) {
        Layer<T> top = null;
        for (Layer<T> layer : layers) {
            if (layer.covers(at) && (top == null || layer.from >= top.from)) {
                top = layer;
            }
        }
        return top == null ? at(at) : top.value;
    }

    /** What holds at an instant, or null where nothing does. */
    @Nullable
    T at(long epochMillis) {
        for (int i = starts.length - 1; i >= 0; i--) { // mostly the last one
            if (starts[i] <= epochMillis) {
                return values.get(i);
            }
        }
        return null;
    }
}
