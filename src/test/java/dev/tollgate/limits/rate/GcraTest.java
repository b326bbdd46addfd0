package dev.tollgate.limits.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The algorithm, worked out by hand. The rate is 2 a second with a burst of 3: a unit takes 500 ms, the burst 1,500 ms. */
class GcraTest {
    private static final Pace PACE = Pace.of(new Rate(2, 1_000, 3));

    private static Gcra aheadBy(long millis) {
        return new Gcra(PACE, nanos(millis), 0);
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @ParameterizedTest(name = "{0} ms ahead, {1} units wait for {2} ms")
    @CsvSource(textBlock = """
            0,    1, 0
            0,    3, 0
            500,  2, 0
            500,  3, 500
            1000, 1, 0
            1001, 1, 1
            1500, 1, 500
            1500, 3, 1500
            4000, 1, 3000
            4000, 0, 0
            """)
    void a_charge_waits_until_the_bucket_is_no_further_ahead_than_the_burst(long ahead, long cost, long wait) {
        assertThat(aheadBy(ahead).waitNanos(cost, 0)).isEqualTo(nanos(wait));
    }

    @Test
    void a_charge_moves_the_arrival_time_on_from_now_or_from_where_it_is() {
        assertThat(aheadBy(200).charged(2, 0).arrivalNanos()).isEqualTo(nanos(1_200));
        assertThat(aheadBy(200).charged(2, nanos(900)).arrivalNanos()).isEqualTo(nanos(1_900));
    }

    @Test
    void only_what_has_not_flowed_off_is_given_back() {
        // 2 units at 0 reach 1,000 ms, 1 more at 0 reaches 1,500 ms. At 700 ms 300 ms are left of the first two.
        Gcra two = aheadBy(0).charged(2, 0);
        Gcra three = two.charged(1, 0);
        assertThat(three.givenBack(2, two, nanos(700)).arrivalNanos()).isEqualTo(nanos(1_200));
        assertThat(three.givenBack(1, three, nanos(700)).arrivalNanos()).isEqualTo(nanos(1_000));
        assertThat(three.givenBack(2, two, nanos(1_100))).isEqualTo(three);
    }

    @Test
    void a_change_keeps_what_remains() {
        // 800 ms ahead, 700 ms remain: 1.4 units. At 4 a second and a burst of 5 those are 350 ms of 1,250 ms.
        Pace faster = Pace.of(new Rate(4, 1_000, 5));
        assertThat(aheadBy(800).at(faster, 0).arrivalNanos()).isEqualTo(nanos(900));
        // With a burst of 1 only 1 unit remains.
        assertThat(aheadBy(800).at(Pace.of(new Rate(4, 1_000, 1)), 0).arrivalNanos())
                .isZero();
        // A debt stays, too: 2,000 ms ahead are 1 unit of debt.
        assertThat(aheadBy(2_000).at(faster, 0).arrivalNanos()).isEqualTo(nanos(1_500));
    }

    @Test
    void a_share_takes_longer_for_a_unit() {
        Pace half = Pace.of(new Rate(2, 1_000, 4), new Share(500, 1_000));
        assertThat(half.emissionNanos()).isEqualTo(nanos(1_000));
        assertThat(half.toleranceNanos()).isEqualTo(nanos(2_000));
    }

    @ParameterizedTest(name = "{0} per {1} ms, at once {2}")
    @CsvSource({"-1, 1000, 1", "1, 0, 1", "1, 2678400001, 1", "1, 1000, 0", "0, 1000, 1", "1, 86400000, 32"})
    void impossible_rates_are_refused(long limit, long periodMillis, long burst) {
        assertThatThrownBy(() -> new Rate(limit, periodMillis, burst))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void the_largest_rates_are_exact_enough() {
        // 70 million a minute: 857.14 ns each, rounded up to 858.
        assertThat(Pace.of(Rate.per(60_000, 70_000_000)).emissionNanos()).isEqualTo(858);
        assertThat(Pace.of(Rate.per(86_400_000, 1_000_000_000_000L)).emissionNanos())
                .isEqualTo(87);
    }
}
