package dev.tollgate.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.AnswerCache.Hit;
import dev.tollgate.cache.AnswerCache.Place;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tiers together. */
class AnswerCacheTest {
    private static final CacheKey KEY = CacheTierContract.key(CacheScope.ofOrganization("org_1"), 1);
    private static final CachedAnswer ANSWER = CacheTierContract.answer("org_1", "x");

    private final AtomicLong now = new AtomicLong(CacheTierContract.NOW);
    private final Deque<Runnable> timers = new ArrayDeque<>();
    private final FakeTier upper = new FakeTier("upper");
    private final FakeTier lower = new FakeTier("lower");
    private final AnswerCache cache = new AnswerCache(
            List.of(new Place(upper, 0), new Place(lower, 20)),
            (_, action) -> {
                timers.add(action);
                return () -> timers.remove(action);
            },
            () -> Instant.ofEpochMilli(now.get()),
            () -> 0);

    /** Does what the test says. */
    private static final class FakeTier implements CacheTier {
        private final String name;
        final Map<CacheKey, CachedAnswer> kept = new HashMap<>();
        final List<CacheSelection> dropped = new ArrayList<>();

        int asked;

        @Nullable
        Future<@Nullable CachedAnswer> instead;

        FakeTier(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Future<@Nullable CachedAnswer> find(CacheKey key) {
            asked++;
            return instead != null ? instead : Future.succeededFuture(kept.get(key));
        }

        @Override
        public void keep(CacheKey key, CachedAnswer answer) {
            kept.put(key, answer);
        }

        @Override
        public Future<Long> drop(CacheSelection selection) {
            dropped.add(selection);
            return instead == null ? Future.succeededFuture((long) kept.size()) : instead.map(_ -> 0L);
        }

        @Override
        public Holdings holdings() {
            return new Holdings(kept.size(), -1, 0);
        }
    }

    @Test
    void asks_the_tiers_in_order_and_says_which_had_the_answer() {
        assertThat(cache.find(KEY).result()).isNull();
        lower.kept.put(KEY, ANSWER);
        assertThat(cache.find(KEY).result()).isEqualTo(new Hit(ANSWER, "lower"));
        assertThat(cache.find(KEY).result()).isEqualTo(new Hit(ANSWER, "upper")); // it was kept there, too
    }

    @Test
    void keeps_an_answer_in_all_tiers() {
        cache.keep(KEY, ANSWER);
        assertThat(upper.kept).containsEntry(KEY, ANSWER);
        assertThat(lower.kept).containsEntry(KEY, ANSWER);
    }

    @Test
    void finds_nothing_that_has_expired() {
        cache.keep(KEY, ANSWER);
        now.set(ANSWER.expiresAtMillis() - 1);
        assertThat(cache.find(KEY).result()).isNotNull();
        now.set(ANSWER.expiresAtMillis());
        assertThat(cache.find(KEY).result()).isNull();
    }

    @Test
    void passes_over_a_tier_that_fails() {
        lower.kept.put(KEY, ANSWER);
        upper.instead = Future.failedFuture("away");
        assertThat(cache.find(KEY).result()).isEqualTo(new Hit(ANSWER, "lower"));
        lower.instead = Future.failedFuture("away");
        assertThat(cache.find(KEY).succeeded()).isTrue();
        assertThat(cache.find(KEY).result()).isNull();
    }

    @Test
    void waits_for_a_tier_until_its_deadline() {
        Promise<@Nullable CachedAnswer> slow = Promise.promise();
        lower.instead = slow.future();
        Future<@Nullable Hit> answered = cache.find(KEY);
        assertThat(answered.isComplete()).isFalse();
        slow.complete(ANSWER);
        assertThat(answered.result()).isEqualTo(new Hit(ANSWER, "lower"));
        assertThat(timers).isEmpty();

        upper.kept.clear();
        lower.instead = Promise.<@Nullable CachedAnswer>promise().future();
        Future<@Nullable Hit> late = cache.find(KEY);
        timers.remove().run();
        assertThat(late.succeeded()).isTrue();
        assertThat(late.result()).isNull();
    }

    /** While a slow tier was asked, another request may have brought the answer. */
    @Test
    void looks_once_more_at_hand_after_it_has_waited() {
        Promise<@Nullable CachedAnswer> slow = Promise.promise();
        lower.instead = slow.future();
        Future<@Nullable Hit> answered = cache.find(KEY);
        upper.kept.put(KEY, ANSWER);
        slow.complete(null);
        assertThat(answered.result()).isEqualTo(new Hit(ANSWER, "upper"));
    }

    @Test
    void asks_a_tier_that_takes_time_once() {
        AnswerCache slowOnly = new AnswerCache(
                List.of(new Place(lower, 20)), (_, _) -> () -> {}, () -> Instant.ofEpochMilli(now.get()), () -> 0);
        Promise<@Nullable CachedAnswer> slow = Promise.promise();
        lower.instead = slow.future();
        Future<@Nullable Hit> answered = slowOnly.find(KEY);
        slow.complete(null);
        assertThat(answered.succeeded()).isTrue();
        assertThat(lower.asked).isEqualTo(1);
    }

    @Test
    void gives_nothing_that_was_dropped_though_it_lies_at_hand() {
        AnswerCache unsure = new AnswerCache(
                List.of(new Place(upper, 0), new Place(lower, 20)),
                new Drops(), // until drops are known everything counts as dropped
                (_, _) -> () -> {},
                () -> Instant.ofEpochMilli(now.get()),
                () -> 0);
        Promise<@Nullable CachedAnswer> slow = Promise.promise();
        upper.kept.put(KEY, ANSWER);
        lower.instead = slow.future();
        Future<@Nullable Hit> answered = unsure.find(KEY);
        slow.complete(null);
        assertThat(answered.succeeded()).isTrue();
        assertThat(answered.result()).isNull();
    }

    @Test
    void drops_from_the_lowest_tier_first_and_from_all_though_one_fails() {
        upper.kept.put(KEY, ANSWER);
        assertThat(cache.drop(CacheSelection.ALL).result()).isEqualTo(1);
        lower.instead = Future.failedFuture("away");
        assertThat(cache.drop(CacheSelection.ALL).failed()).isTrue();
        assertThat(upper.dropped).hasSize(2);
    }

    @Test
    void counts_what_each_tier_was_asked() {
        cache.find(KEY);
        lower.kept.put(KEY, ANSWER);
        cache.find(KEY);
        cache.find(KEY);
        upper.instead = Future.failedFuture("away");
        cache.find(KEY);
        assertThat(cache.statistics())
                .containsExactly(
                        new TierStatistics("upper", 1, 2, 1, 0, new CacheTier.Holdings(1, -1, 0)),
                        new TierStatistics("lower", 2, 1, 0, 0, new CacheTier.Holdings(1, -1, 0)));
    }
}
