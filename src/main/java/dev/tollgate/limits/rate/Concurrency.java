package dev.tollgate.limits.rate;

/**
 * So many requests at the same time.
 *
 * @param max slots; 0 lets nothing through
 */
public record Concurrency(int max) implements Bucket.Kind {
    public Concurrency {
        if (max < 0) {
            throw new IllegalArgumentException("max: " + max + " (expected: >= 0)");
        }
    }
}
