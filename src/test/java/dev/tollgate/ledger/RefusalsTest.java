package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Entries;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    private final Refusals refusals = new Refusals();

    @Test
    void are_entries_of_their_own_up_to_ten_a_second_of_one_key() {
        assertThat(take(10, "key_1", "a", 5_000)).hasSize(10);
        assertThat(take(10, "key_2", "a", 5_000)).hasSize(10);
        assertThat(refusals.all()).isEmpty();
    }

    @Test
    void share_one_beyond_that_which_is_due_when_the_second_is_over() {
        take(10, "key_1", "a", 5_000);
        assertThat(take(25, "key_1", "a", 5_999)).isEmpty();
        assertThat(refusals.due(5_999)).isEmpty();

        List<LedgerEntry> due = refusals.due(6_000);

        assertThat(due).hasSize(1);
        assertThat(due.getFirst().mergedCount()).isEqualTo(25);
        assertThat(due.getFirst().timing().totalMicros()).isEqualTo(25);
        assertThat(refusals.due(7_000)).isEmpty();
    }

    @Test
    void keep_their_errors_apart() {
        take(10, "key_1", "a", 5_000);
        take(3, "key_1", "a", 5_000);
        take(4, "key_1", "b", 5_000);
        assertThat(refusals.all()).extracting(LedgerEntry::mergedCount).containsExactly(3, 4);
    }

    @Test
    void come_with_those_of_the_second_before() {
        take(11, "key_1", "a", 5_000);
        List<LedgerEntry> booked = take(1, "key_2", "a", 6_000);
        assertThat(booked).extracting(entry -> entry.origin().keyId()).containsExactly("key_1", "key_2");
        assertThat(take(10, "key_1", "a", 6_500)).hasSize(10);
    }

    @Test
    void are_not_merged_for_keys_beyond_ten_thousand() {
        for (int i = 0; i < 10_000; i++) {
            take(1, "key_" + i, "a", 5_000);
        }
        assertThat(take(20, "another", "a", 5_000)).hasSize(20);
    }

    private List<LedgerEntry> take(int count, String keyId, String errorCode, long nowMillis) {
        List<LedgerEntry> booked = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            booked.addAll(refusals.take(Entries.refused(i, keyId, errorCode), nowMillis));
        }
        return booked;
    }
}
