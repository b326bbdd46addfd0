package dev.tollgate.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.CacheTier;
import dev.tollgate.cache.CacheTierContract;
import dev.tollgate.cache.CachedAnswer;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryTierTest extends CacheTierContract {
    private static final CacheScope SCOPE = CacheScope.ofOrganization("org_1");

    private final AtomicLong nanos = new AtomicLong();

    private MemoryTier tier(long bytesMax) {
        return new MemoryTier(bytesMax, () -> Instant.ofEpochMilli(NOW), nanos::get);
    }

    @Override
    protected CacheTier empty() {
        return tier(10_000_000);
    }

    @Test
    void holds_its_bound_under_a_flood() {
        MemoryTier tier = tier(1_000_000);
        Random random = new Random(1);
        long offered = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] digest = new byte[CacheKey.DIGEST_BYTES];
            random.nextBytes(digest);
            CachedAnswer answer = answer("org_1", "x".repeat(random.nextInt(10_000)));
            offered += answer.bytes();
            tier.keep(new CacheKey(SCOPE, digest), answer);
            assertThat(tier.holdings().bytes()).isLessThanOrEqualTo(1_000_000);
        }
        assertThat(offered).isGreaterThan(50_000_000);
        assertThat(tier.holdings().answers()).isBetween(50L, 1_000L);
        assertThat(tier.holdings().evictions()).isGreaterThan(10_000);
    }

    @Test
    void does_not_keep_what_is_larger_than_all_of_it() {
        MemoryTier tier = tier(10_000);
        tier.keep(key(SCOPE, 1), answer("org_1", "x".repeat(20_000)));
        assertThat(get(tier.find(key(SCOPE, 1)))).isNull();
        assertThat(tier.holdings().bytes()).isZero();
    }

    @Test
    void forgets_what_has_expired() {
        MemoryTier tier = tier(10_000);
        tier.keep(key(SCOPE, 1), answer("org_1", "x"));
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(3_599));
        assertThat(get(tier.find(key(SCOPE, 1)))).isNotNull();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertThat(get(tier.find(key(SCOPE, 1)))).isNull();
    }
}
