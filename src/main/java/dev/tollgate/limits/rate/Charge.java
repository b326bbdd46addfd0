package dev.tollgate.limits.rate;

/**
 * What a request costs one bucket.
 *
 * @param cost units of a rate, slots of concurrency; 0 is always admitted and only asks how the bucket stands
 */
public record Charge(Bucket bucket, long cost) {
    public Charge {
        if (cost < 0) {
            throw new IllegalArgumentException("cost: " + cost + " (expected: >= 0)");
        }
    }
}
