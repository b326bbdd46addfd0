package dev.tollgate.pricing;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prices that a name has had and will have, each from its day on. Immutable. */
final class Timeline {
    static final Timeline EMPTY = new Timeline(List.of());

    private record Entry(Instant begin, ModelPrice price) {}

    private final List<Entry> entries;

    private Timeline(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** A price that holds at all times. */
    static Timeline always(ModelPrice price) {
        return new Timeline(List.of(new Entry(Instant.MIN, price)));
    }

    /** This timeline until then and that price from then on, whatever was to begin later. */
    Timeline then(Instant begin, ModelPrice price) {
        List<Entry> changed = new ArrayList<>(entries);
        changed.removeIf(entry -> !entry.begin.isBefore(begin));
        changed.add(new Entry(begin, price));
        return new Timeline(changed);
    }

    /** The price in force, or null where none is yet. Asks the time only where it matters. */
    @Nullable
    ModelPrice now(InstantSource clock) {
        int last = entries.size() - 1;
        if (last == 0 && entries.getFirst().begin.equals(Instant.MIN)) {
            return entries.getFirst().price;
        }
        Instant now = clock.instant();
        for (int i = last; i >= 0; i--) {
            if (!now.isBefore(entries.get(i).begin)) {
                return entries.get(i).price;
            }
        }
        return null;
    }

    /** The price that is in force in the end, or null where there is none. */
    @Nullable
    ModelPrice last() {
        return entries.isEmpty() ? null : entries.getLast().price;
    }
}
