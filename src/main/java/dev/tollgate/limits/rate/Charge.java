package dev.tollgate.limits.rate;

/**
 * What a request costs one bucket.
 *
 * @param cost units of a rate, slots of concurrency; 0 is always admitted and only asks how the bucket stands
 * @param binds whether the request is refused where this is too much; else it is admitted all the same, and this charge
 *     alone is left out, so that the bucket stands as if it had been refused
 */
public record Charge(Bucket bucket, long cost, boolean binds) {
    public Charge {
        if (cost < 0) {
            throw new IllegalArgumentException("cost: " + cost + " (expected: >= 0)");
        }
    }

    /** One that binds. */
    public Charge(Bucket bucket, long cost) {
        this(bucket, cost, /* binds= */ true);
    }
}
