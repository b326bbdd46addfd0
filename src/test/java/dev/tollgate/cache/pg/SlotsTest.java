package dev.tollgate.cache.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Seeds;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private static final long NOW = Duration.ofDays(20_000).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Test
    void what_lives_up_to_a_day_is_over_within_an_hour_and_what_lives_longer_within_a_day() {
        Seeds.each(1_000, random -> {
            long life = 1 + (long) (random.nextDouble() * Slots.LONGEST_MILLIS);
            Slots.Turn turn = Slots.turnOf(NOW + life, NOW);
            assertThat(turn.endsAtMillis() - (NOW + life)).isBetween(1L, life <= DAY ? HOUR : DAY);
            assertThat(turn.slot()).isBetween(0, Slots.COUNT - 1);
        });
    }

    /** However long entries live, a slot takes in something new only when what it had has been over for an hour or day. */
    @Test
    void a_slot_takes_turns_that_do_not_meet() {
        Map<Integer, Long> endOfSlot = new HashMap<>();
        TreeMap<Long, Long> lives = new TreeMap<>();
        for (long life = HOUR / 4; life <= Slots.LONGEST_MILLIS; life += HOUR * 7) {
            lives.put(life, life);
        }
        lives.put(DAY, DAY);
        lives.put(Slots.LONGEST_MILLIS, Slots.LONGEST_MILLIS);
        for (long now = NOW; now < NOW + 70 * DAY; now += HOUR / 2) {
            for (long life : lives.keySet()) {
                Slots.Turn turn = Slots.turnOf(now + life, now);
                Long before = endOfSlot.put(turn.slot(), turn.endsAtMillis());
                if (before != null && before != turn.endsAtMillis()) {
                    assertThat(before).isLessThan(turn.endsAtMillis()).isLessThanOrEqualTo(now);
                }
            }
        }
        assertThat(endOfSlot).hasSize(Slots.COUNT);
    }

    @Test
    void nothing_stays_longer_than_32_days() {
        assertThat(Slots.expiry(Long.MAX_VALUE, NOW)).isEqualTo(NOW + 32 * DAY);
        assertThat(Slots.expiry(NOW + 5, NOW)).isEqualTo(NOW + 5);
    }
}
