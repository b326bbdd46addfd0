package dev.tollgate.testkit;

import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs a check on many random cases, the same ones every time. A failure names the seed of its case, and
 * {@code -Dseed=…} runs that case alone.
 */
public final class Seeds {
    private static final long FIRST = 20_261_121;

    private Seeds() {}

    /** Runs the check on so many cases, or on the one that {@code -Dseed} names, and says how many that were. */
    public static int each(int cases, Consumer<Random> check) {
        Long wanted = Long.getLong("seed");
        if (wanted != null) {
            run(wanted, check);
            return 1;
        }
        for (int i = 0; i < cases; i++) {
            run(FIRST + i, check);
        }
        return cases;
    }

    private static void run(long seed, Consumer<Random> check) {
        try {
            check.accept(new Random(seed));
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("-Dseed=" + seed + " fails: " + e.getMessage(), e);
        }
    }
}
