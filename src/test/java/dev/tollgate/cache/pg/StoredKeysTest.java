package dev.tollgate.cache.pg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class StoredKeysTest {
    private static final long NOW = 1_000;
    private static final Slots.Turn FIRST = new Slots.Turn(7, 5_000);

    private final StoredKeys keys = new StoredKeys(1 << 20);

    private static long[] hashes(int seed, int count) {
        return new Random(seed).longs(count).toArray();
    }

    private long found(long[] hashes, long now) {
        long found = 0;
        for (long hash : hashes) {
            found += keys.slotsOf(hash, now) == 0 ? 0 : 1;
        }
        return found;
    }

    @Test
    void a_key_is_found_in_each_slot_that_it_was_added_to_and_no_other() {
        keys.add(FIRST, new long[] {42});
        keys.add(new Slots.Turn(59, 9_000), new long[] {42});
        assertThat(keys.slotsOf(42, NOW)).isEqualTo(1L << 7 | 1L << 59);
        assertThat(keys.slotsOf(43, NOW)).isZero();
    }

    @Test
    void a_slot_whose_time_is_over_has_nothing() {
        keys.add(FIRST, new long[] {42});
        assertThat(keys.slotsOf(42, 4_999)).isNotZero();
        assertThat(keys.slotsOf(42, 5_000)).isZero();
        keys.forgetBefore(5_000);
        assertThat(keys.bytes()).isZero();
    }

    @Test
    void the_next_turn_of_a_slot_begins_empty_and_what_is_told_late_of_the_one_before_is_not_taken_in() {
        keys.add(FIRST, new long[] {42});
        keys.add(new Slots.Turn(7, 9_000), new long[] {43});
        keys.add(FIRST, new long[] {44});
        assertThat(keys.slotsOf(42, NOW)).isZero();
        assertThat(keys.slotsOf(43, NOW)).isNotZero();
        assertThat(keys.slotsOf(44, NOW)).isZero();
    }

    @Test
    void a_full_filter_says_so_and_one_of_all_keys_has_room_again() {
        long[] many = hashes(1, 5_000);
        keys.add(FIRST, new long[] {1});
        assertThat(keys.add(FIRST, many)).isTrue();
        assertThat(found(many, NOW)).isEqualTo(5_000);
        keys.replace(FIRST, many);
        assertThat(keys.add(FIRST, new long[] {2})).isFalse();
        assertThat(found(many, NOW)).isEqualTo(5_000);
        assertThat(found(hashes(2, 10_000), NOW)).isLessThan(50);
    }

    @Test
    void filters_stay_within_their_bytes_and_lose_no_key() {
        StoredKeys few = new StoredKeys(64 * 1024);
        for (int slot = 0; slot < 20; slot++) {
            long[] many = hashes(slot, 20_000);
            few.replace(new Slots.Turn(slot, 5_000), many);
            for (long hash : many) {
                assertThat(few.slotsOf(hash, NOW) & 1L << slot).isNotZero();
            }
        }
        assertThat(few.bytes()).isLessThanOrEqualTo(64 * 1024 + 20 * KeyFilter.bytesFor(1_024));
        assertThat(few.add(new Slots.Turn(19, 5_000), new long[] {1}))
                .as("there is no more room to have")
                .isFalse();
    }

    @Test
    void what_was_emptied_is_forgotten() {
        keys.add(FIRST, new long[] {42});
        keys.forget(7);
        assertThat(keys.slotsOf(42, NOW)).isZero();
        assertThat(keys.keys()).isZero();
    }
}
