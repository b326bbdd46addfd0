package dev.tollgate.cache.pg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFilterTest {
    private static final int ASKED = 200_000;

    @ParameterizedTest
    @ValueSource(ints = {1, 32, 1_024, 100_000})
    void what_was_added_is_always_found(int keys) {
        KeyFilter filter = filled(keys, keys);
        new Random(keys)
                .longs(keys)
                .forEach(hash -> assertThat(filter.mayHave(hash)).isTrue());
    }

    @ParameterizedTest
    @ValueSource(ints = {1_024, 16_384, 500_000})
    void less_than_one_in_two_hundred_that_was_not_added_is_found(int keys) {
        assertThat(foundByMistake(filled(keys, keys))).isLessThan(ASKED / 200);
    }

    @Test
    void with_twice_the_keys_it_has_room_for_it_still_says_no_to_most() {
        assertThat(foundByMistake(filled(16_384, 32_768))).isLessThan(ASKED / 10);
    }

    @Test
    void it_takes_two_bytes_for_a_key() {
        assertThat(KeyFilter.bytesFor(1 << 20)).isEqualTo(2 << 20).isEqualTo(new KeyFilter(1 << 20).bytes());
    }

    @Test
    void nothing_is_found_in_an_empty_one() {
        assertThat(foundByMistake(new KeyFilter(1))).isZero();
    }

    private static KeyFilter filled(int room, int keys) {
        KeyFilter filter = new KeyFilter(room);
        new Random(keys).longs(keys).forEach(filter::add);
        return filter;
    }

    private static long foundByMistake(KeyFilter filter) {
        return new Random(-1).longs(ASKED).filter(filter::mayHave).count();
    }
}
