package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Load load = new Load();
    private long now;

    @Test
    void a_place_of_which_nothing_is_known_is_tried_first() {
        assertThat(load.delay(now)).isZero();
    }

    @Test
    void a_longer_delay_is_taken_in_at_once_and_a_shorter_one_slowly() {
        load.seen(SECOND, now);
        load.seen(4 * SECOND, now);
        assertThat(load.delay(now)).isEqualTo(4 * SECOND);
        now += SECOND;
        load.seen(SECOND, now);
        // a second is a tenth of the time in which it fades: 4 * 0.905 + 1 * 0.095 = 3.71
        assertThat(load.delay(now)).isBetween(3_710_000_000L, 3_720_000_000L);
    }

    @Test
    void fades_when_nobody_asks_there_any_more() {
        load.seen(4 * SECOND, now);
        now += 100 * SECOND;
        assertThat(load.delay(now)).isLessThan(SECOND / 1_000);
    }

    @Test
    void counts_what_is_under_way() {
        load.seen(SECOND, now);
        load.tryBegin(now, 2);
        load.tryBegin(now, 2);
        assertThat(load.underWay()).isEqualTo(2);
        assertThat(load.delay(now)).isEqualTo(3 * SECOND);
        load.ended();
        assertThat(load.underWay()).isEqualTo(1);
    }

    @Test
    void lets_no_more_in_than_may_be_there_at_once() {
        assertThat(load.tryBegin(now, 2)).isEqualTo(Load.Entry.BEGUN);
        assertThat(load.tryEnter(2)).isTrue();
        assertThat(load.tryBegin(now, 2)).isEqualTo(Load.Entry.FULL);
        assertThat(load.tryEnter(2)).isFalse();
        load.ended();
        assertThat(load.tryBegin(now, 2)).isEqualTo(Load.Entry.BEGUN);
    }

    @Test
    void lets_nobody_in_where_too_much_has_failed() {
        load.pause(now, SECOND);
        assertThat(load.tryBegin(now, 1)).isEqualTo(Load.Entry.SHUT);
        assertThat(load.tryEnter(1)).as("who has no other place").isTrue();
        load.ended();
        assertThat(load.underWay()).isZero();
        now += SECOND;
        assertThat(load.tryBegin(now, 1)).isEqualTo(Load.Entry.BEGUN);
    }
}
