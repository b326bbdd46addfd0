package dev.tollgate.platform.demo;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/** Chance, in the words that the demo needs. With a seeded generator every run is the same. */
final class Dice {
    private final RandomGenerator random;

    Dice(RandomGenerator random) {
        this.random = random;
    }

    /** A number from {@code least} to {@code most}, both included. */
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** True so many times in a thousand. */
    boolean perMille(int chance) {
        return random.nextInt(1_000) < chance;
    }

    <T> T oneOf(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    /** An item, the likelier the greater its weight, which is at least 1. */
    <T> T weighted(List<T> items, ToIntFunction<T> weight) {
        int rest = random.nextInt(items.stream().mapToInt(weight).sum());
        for (T item : items) {
            rest -= weight.applyAsInt(item);
            if (rest < 0) {
                return item;
            }
        }
        throw new IllegalStateException("weights changed while they were summed");
    }

    /** The time to the next of many independent events, in nanoseconds. */
    long gapNanos(int eventsPerSecond) {
        return (long) (random.nextExponential() * 1e9 / eventsPerSecond);
    }
}
