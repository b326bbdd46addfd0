package dev.tollgate.cache;

import static dev.tollgate.cache.TestAnswers.answer;
import static dev.tollgate.cache.TestAnswers.key;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.memory.MemoryTier;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DropsTest {
    private static final CacheKey KEY = key(CacheScope.ofClient("org_1", "cli_1"), "hello");

    private final Drops drops = new Drops();

    private static CachedAnswer storedAt(long millis) {
        return answer("org_1", "support", "gpt-4o-mini", "hi", millis);
    }

    private static CacheSelection organization(String id, long before) {
        return new CacheSelection(id, null, null, null, null, before, null);
    }

    @Test
    void everything_counts_as_dropped_until_drops_are_known() {
        assertThat(drops.mean(KEY, storedAt(1_000))).isTrue();
        drops.add(List.of());
        assertThat(drops.mean(KEY, storedAt(1_000))).isFalse();
    }

    @Test
    void what_was_stored_before_a_drop_is_meant_and_what_comes_later_is_not() {
        drops.add(List.of(organization("org_1", 1_000)));
        assertThat(drops.mean(KEY, storedAt(999))).isTrue();
        assertThat(drops.mean(KEY, storedAt(1_000))).isFalse();
    }

    @Test
    void others_are_not_meant() {
        drops.add(List.of(organization("org_2", 1_000)));
        assertThat(drops.mean(KEY, storedAt(1))).isFalse();
    }

    @Test
    void a_key_is_meant_alone() {
        drops.add(List.of(new CacheSelection(null, null, null, null, null, 1_000L, KEY.hex())));
        assertThat(drops.mean(KEY, storedAt(1))).isTrue();
        assertThat(drops.mean(key(KEY.scope(), "other"), storedAt(1))).isFalse();
    }

    @Test
    void a_later_drop_of_the_same_takes_the_place_of_an_earlier_one() {
        drops.add(List.of(organization("org_1", 1_000), organization("org_1", 2_000)));
        drops.add(List.of(organization("org_1", 3_000)));
        assertThat(drops.count()).isEqualTo(1);
        assertThat(drops.mean(KEY, storedAt(2_999))).isTrue();
    }

    @Test
    void an_earlier_time_that_is_told_later_takes_nothing_back() {
        drops.add(List.of(organization("org_1", 3_000)));
        drops.add(List.of(organization("org_1", 1_000)));
        assertThat(drops.mean(KEY, storedAt(2_999))).isTrue();
    }

    @Test
    void a_tier_that_still_has_a_dropped_answer_gives_it_to_nobody_and_to_no_other_tier() {
        MemoryTier upper = new MemoryTier(1_000_000, InstantSource.system(), System::nanoTime);
        MemoryTier lower = new MemoryTier(1_000_000, InstantSource.system(), System::nanoTime);
        AnswerCache cache = new AnswerCache(
                List.of(new AnswerCache.Place(upper, 0), new AnswerCache.Place(lower, 0)),
                drops,
                (_, _) -> () -> {},
                InstantSource.system(),
                System::nanoTime);
        CachedAnswer answer = answer("hi");
        drops.add(List.of(organization("org_1", answer.storedAtMillis() + 1)));
        lower.keep(KEY, answer);
        assertThat(cache.find(KEY).result()).isNull();
        assertThat(upper.find(KEY).result()).isNull();
        lower.keep(KEY, storedAt(answer.storedAtMillis() + 1));
        assertThat(cache.find(KEY).result()).isNotNull();
        assertThat(upper.find(KEY).result()).isNotNull();
    }

    @Test
    void too_many_become_one_that_means_more_and_never_less() {
        drops.add(LongStream.range(0, 1_001)
                .mapToObj(i -> organization("org_" + i, 1_000 + i))
                .toList());
        assertThat(drops.count()).isEqualTo(1);
        assertThat(drops.mean(KEY, storedAt(1_999))).isTrue();
        assertThat(drops.mean(KEY, storedAt(2_000))).isFalse();
    }
}
