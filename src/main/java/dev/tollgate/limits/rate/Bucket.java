package dev.tollgate.limits.rate;

import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import java.util.concurrent.TimeUnit;

/**
 * One thing that is limited.
 *
 * @param key names it, the same in all replicas and for as long as it is limited: {@code lim_abc:org_1}
 * @param kind what its limit is; a key keeps its kind, while the figures may change
 */
public record Bucket(String key, Kind kind) {

    /** The bucket of a limit of a rate or of slots that counts a request. */
    public static Bucket of(UsageLimit limit, Traits traits) {
        Kind kind = limit.kind() == UsageLimit.Kind.CONCURRENCY
                ? new Concurrency((int) Math.min(Integer.MAX_VALUE, limit.amount()))
                : new Rate(limit.amount(), TimeUnit.SECONDS.toMillis(limit.periodSeconds()), limit.atOnce());
        return new Bucket(limit.id() + ":" + limit.scope().subject(traits), kind);
    }

    /** How a bucket is limited. */
    public sealed interface Kind permits Rate, Concurrency {}

    public Bucket {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("key: empty (expected: a name)");
        }
    }
}
