package dev.tollgate.limits.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Decision.Refused;
import dev.tollgate.testkit.Seeds;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryRatesTest extends RateStoreContract {
    private final VirtualTime time = new VirtualTime();
    private final MemoryRates store = new MemoryRates(100, time);

    @Override
    protected RateStore store() {
        return store;
    }

    @Override
    protected void advance(long millis) {
        time.advance(millis);
    }

    @Test
    void answers_at_once() {
        assertThat(store.tryAcquire(List.of(charge("a", Rate.per(1_000, 1), 1))).isComplete())
                .isTrue();
    }

    @Test
    void admits_again_at_the_very_nanosecond_and_not_before() {
        // 7 a second: a unit takes 142,857,143 ns, rounded up.
        Charge one = charge("a", Rate.per(1_000, 7), 1);
        for (int i = 0; i < 7; i++) {
            admit(one);
        }
        time.advanceNanos(142_857_142);
        assertThat(refuse(one).retryAfterMillis()).isEqualTo(1);
        time.advanceNanos(1);
        admit(one);
        refuse(one);
    }

    @Test
    void holds_the_limit_over_every_span_of_time_and_uses_all_of_it() {
        Seeds.each(50, random -> {
            long limit = 1L + random.nextInt(50);
            long burst = 1L + random.nextInt(20);
            Charge one = charge("a", new Rate(limit, 1_000, burst), 1);
            VirtualTime clock = new VirtualTime();
            MemoryRates rates = new MemoryRates(10, clock);
            List<Long> admitted = new ArrayList<>();
            for (long now = 0; now < 20_000; now++) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    if (now(rates.tryAcquire(List.of(one))) instanceof Admitted) {
                        admitted.add(now);
                    }
                }
                clock.advance(1);
            }
            for (int first = 0; first < admitted.size(); first++) {
                for (int last = first; last < Math.min(admitted.size(), first + 200); last++) {
                    long span = admitted.get(last) - admitted.get(first);
                    assertThat(last - first + 1L).isLessThanOrEqualTo(burst + limit * span / 1_000);
                }
            }
            // There is always demand: all that the rate brings is used, but for the rounding of a few milliseconds.
            assertThat((long) admitted.size()).isGreaterThanOrEqualTo(limit * 19);
        });
    }

    @Test
    void keeps_no_more_buckets_than_it_may_and_lets_idle_ones_go_first() {
        Charge kept = charge("kept", Rate.per(DAY, 2), 2);
        admit(kept);
        Admitted running = admit(charge("running", new Concurrency(1), 1));
        for (int i = 0; i < 10_000; i++) {
            admit(charge("passing-" + i, Rate.per(1, 1), 1));
            time.advance(1);
        }
        assertThat(store.buckets()).isLessThanOrEqualTo(100);
        refuse(kept);
        refuse(charge("running", new Concurrency(1), 1));
        running.permit().release();
        admit(charge("running", new Concurrency(1), 1));
    }

    @Test
    void where_no_bucket_is_idle_those_that_hold_least_go() {
        Charge heavy = charge("heavy", Rate.per(DAY, 2), 2);
        admit(heavy);
        for (int i = 0; i < 1_000; i++) {
            admit(charge("light-" + i, Rate.per(60_000, 60), 1));
        }
        assertThat(store.buckets()).isLessThanOrEqualTo(100);
        refuse(heavy);
    }

    @Test
    void corrects_what_was_charged_to_a_bucket_that_is_gone() {
        Admitted early = admit(charge("a", Rate.per(1, 4), 2));
        Admitted other = admit(charge("a", Rate.per(1, 4), 2));
        time.advance(1);
        for (int i = 0; i < 1_000; i++) {
            admit(charge("passing-" + i, Rate.per(1, 1), 1));
            time.advance(1);
        }
        early.permit().correct(0, 1);
        assertThat(admit(charge("a", Rate.per(1, 4), 0)).standings().getFirst().remaining())
                .isEqualTo(4);
        other.permit().correct(0, 6);
        assertThat(admit(charge("a", Rate.per(1, 4), 0)).standings().getFirst().remaining())
                .isZero();
    }

    @Test
    void a_key_keeps_its_kind() {
        admit(charge("a", Rate.per(1, 1), 1));
        assertThatThrownBy(() -> store.tryAcquire(List.of(charge("a", new Concurrency(1), 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void allocates_little_more_than_what_it_answers() {
        MemoryRates rates = new MemoryRates(100, System::nanoTime);
        List<Charge> charges = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            charges.add(charge("requests-" + i, Rate.per(1, 1_000_000), 1));
            charges.add(charge("slots-" + i, new Concurrency(10), 1));
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long perRequest = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 1_000; i++) {
                if (rates.tryAcquire(charges).result() instanceof Admitted admitted) {
                    admitted.permit().release();
                }
            }
            perRequest = Math.min(perRequest, (threads.getCurrentThreadAllocatedBytes() - before) / 1_000);
        }
        // Eight standings of 40 bytes, four states of 32, the lists and the permit: some 700 bytes.
        assertThat(perRequest).isLessThan(1_000);
    }

    @Test
    void a_refusal_leaves_no_trace() {
        Charge free = charge("free", Rate.per(DAY, 10), 1);
        Charge full = charge("full", Rate.per(DAY, 1), 1);
        admit(full);
        for (int i = 0; i < 100; i++) {
            Refused refused = refuse(free, full);
            assertThat(refused.charge()).isEqualTo(1);
        }
        time.advanceNanos(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(admit(free).standings().getFirst().remaining()).isEqualTo(9);
    }
}
