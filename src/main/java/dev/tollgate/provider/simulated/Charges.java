package dev.tollgate.provider.simulated;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the simulated provider billed so far, by its own count. Counts are disjoint, as {@link Meter} says: reasoning
 * is not in output, cached input not in input.
 *
 * @param lines one per model and tag, in the order in which they first appeared
 * @param open requests that have not been answered to their end yet
 * @param cancelled requests whose client went away before the end of the answer
 */
public record Charges(List<Line> lines, long open, long cancelled) {
    /**
     * What was billed for one model and one tag.
     *
     * @param tag what the requests carried as {@code x-simulate-tag}, or empty
     */
    public record Line(String model, String tag, long requests, Usage usage) {}

    /** Billed requests of all models. */
    public long requests() {
        return requests(_ -> true);
    }

    public long requests(String model) {
        return requests(line -> line.model().equals(model));
    }

    public Usage ofModel(String model) {
        return sum(line -> line.model().equals(model));
    }

    public Usage ofTag(String tag) {
        return sum(line -> line.tag().equals(tag));
    }

    public Usage total() {
        return sum(_ -> true);
    }

    private long requests(Predicate<Line> wanted) {
        return lines.stream().filter(wanted).mapToLong(Line::requests).sum();
    }

    private Usage sum(Predicate<Line> wanted) {
        Usage.Builder sum = Usage.builder();
        for (Meter meter : Meter.values()) {
            sum.set(
                    meter,
                    lines.stream()
                            .filter(wanted)
                            .mapToLong(line -> line.usage().count(meter))
                            .reduce(0, Math::addExact));
        }
        return sum.build();
    }
}
