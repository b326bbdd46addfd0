package dev.tollgate.limits.rate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Decision.Reason;
import dev.tollgate.limits.rate.Decision.Refused;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What every store of rates does. Where its clock runs by itself, an hour is long enough not to notice. */
public abstract class RateStoreContract {
    protected static final long DAY = Duration.ofDays(1).toMillis();
    protected static final long HOUR = Duration.ofHours(1).toMillis();

    protected abstract RateStore store();

    protected abstract void advance(long millis);

    /** A rate of 24 a day, one an hour, that may come at once. */
    protected static Charge daily(String key, long cost) {
        return charge(key, Rate.per(DAY, 24), cost);
    }

    protected static Charge slot(String key, int max) {
        return charge(key, new Concurrency(max), 1);
    }

    /** The same charge, which does not bind. */
    protected static Charge advice(Charge charge) {
        return new Charge(charge.bucket(), charge.cost(), /* binds= */ false);
    }

    protected static Charge charge(String key, Bucket.Kind kind, long cost) {
        return new Charge(new Bucket(key, kind), cost);
    }

    @Test
    void admits_a_burst_and_then_what_the_rate_brings() {
        for (int i = 0; i < 24; i++) {
            admit(daily("a", 1));
        }
        assertThat(refuse(daily("a", 1)).reason()).isEqualTo(Reason.RATE);
        advance(HOUR);
        admit(daily("a", 1));
        refuse(daily("a", 1));
        advance(3 * HOUR);
        admit(daily("a", 3));
        refuse(daily("a", 1));
    }

    @Test
    void fills_to_the_burst_and_not_further() {
        admit(daily("a", 24));
        advance(30 * DAY);
        admit(daily("a", 24));
        refuse(daily("a", 1));
    }

    @Test
    void says_how_a_bucket_stands() {
        Standing standing = admit(daily("a", 6)).standings().getFirst();
        assertThat(standing.limit()).isEqualTo(24);
        assertThat(standing.remaining()).isEqualTo(18);
        assertThat(standing.resetMillis()).isBetween(6 * HOUR - 60_000, 6 * HOUR);
    }

    @Test
    void says_when_a_refused_charge_would_be_admitted() {
        admit(daily("a", 24));
        Refused refused = refuse(daily("a", 5));
        assertThat(refused.retryAfterMillis())
                .isBetween(5 * HOUR - Duration.ofMinutes(5).toMillis(), 5 * HOUR);
        assertThat(refused.standing().remaining()).isZero();
        advance(refused.retryAfterMillis());
        admit(daily("a", 5));
    }

    @Test
    void a_burst_smaller_than_the_limit_is_all_that_comes_at_once() {
        Rate even = new Rate(24, DAY, 2);
        admit(charge("a", even, 2));
        refuse(charge("a", even, 1));
        advance(HOUR);
        admit(charge("a", even, 1));
        assertThat(refuse(charge("a", even, 3)).reason()).isEqualTo(Reason.LARGER_THAN_LIMIT);
    }

    @Test
    void what_costs_more_than_the_bucket_ever_has_is_refused_as_such() {
        Refused refused = refuse(daily("a", 25));
        assertThat(refused.reason()).isEqualTo(Reason.LARGER_THAN_LIMIT);
        assertThat(refused.retryAfterMillis()).isZero();
        assertThat(refused.standing().remaining()).isEqualTo(24);
        assertThat(refuse(charge("b", new Rate(0, DAY, 0), 1)).reason()).isEqualTo(Reason.LARGER_THAN_LIMIT);
        assertThat(refuse(slot("c", 0)).reason()).isEqualTo(Reason.LARGER_THAN_LIMIT);
    }

    @Test
    void nothing_is_charged_where_one_of_the_charges_is_refused() {
        admit(daily("small", 24));
        Refused refused = refuse(daily("a", 20), slot("slots", 1), daily("small", 1), daily("b", 20));
        assertThat(refused.charge()).isEqualTo(2);
        assertThat(refused.reason()).isEqualTo(Reason.RATE);
        admit(daily("a", 24), slot("slots", 1), daily("b", 24));
    }

    @Test
    void the_first_of_several_refusals_is_named() {
        admit(slot("slots", 1), daily("a", 24));
        Refused refused = refuse(daily("b", 1), slot("slots", 1), daily("a", 1));
        assertThat(refused.charge()).isEqualTo(1);
        assertThat(refused.reason()).isEqualTo(Reason.CONCURRENCY);
        assertThat(refused.standing()).isEqualTo(new Standing(1, 0, 0));
    }

    @Test
    void a_cost_of_nothing_is_admitted_by_an_exhausted_bucket() {
        admit(daily("a", 24), slot("slots", 1));
        Admitted admitted = admit(daily("a", 0), charge("slots", new Concurrency(1), 0));
        assertThat(admitted.standings().getFirst().remaining()).isZero();
        assertThat(admitted.standings().getLast()).isEqualTo(new Standing(1, 0, 0));
    }

    @Test
    void what_does_not_bind_refuses_nothing_and_says_what_is_beyond() {
        Admitted within = admit(advice(daily("a", 20)), advice(slot("slots", 1)));
        assertThat(within.beyond()).isEmpty();
        Admitted beyond = admit(daily("b", 1), advice(daily("a", 5)), advice(slot("slots", 1)), advice(daily("c", 25)));
        assertThat(beyond.beyond()).containsExactly(1, 2, 3);
        assertThat(beyond.standings().get(1).remaining()).isEqualTo(4);
        assertThat(beyond.standings().get(2)).isEqualTo(new Standing(1, 0, 0));
    }

    @Test
    void what_does_not_bind_counts_only_what_it_would_have_let_through() {
        admit(advice(daily("a", 20)));
        for (int i = 0; i < 5; i++) {
            assertThat(admit(advice(daily("a", 5))).beyond()).containsExactly(0);
        }
        assertThat(admit(advice(daily("a", 4))).beyond()).isEmpty();
        advance(HOUR);
        assertThat(admit(advice(daily("a", 1))).beyond()).isEmpty();
        assertThat(admit(advice(daily("a", 1))).beyond()).containsExactly(0);
    }

    @Test
    void what_does_not_bind_is_not_charged_either_where_another_charge_is_refused() {
        admit(daily("small", 24));
        Refused refused = refuse(advice(daily("a", 20)), advice(slot("slots", 1)), daily("small", 1));
        assertThat(refused.charge()).isEqualTo(2);
        assertThat(admit(advice(daily("a", 24)), advice(slot("slots", 1))).beyond())
                .isEmpty();
    }

    @Test
    void what_binds_is_charged_as_ever_beside_what_is_left_out() {
        admit(advice(daily("full", 24)));
        Admitted admitted = admit(advice(daily("full", 1)), daily("a", 20), slot("slots", 1));
        assertThat(refuse(daily("a", 5)).standing().remaining()).isEqualTo(4);
        admitted.permit().correct(1, 3);
        admitted.permit().release();
        admit(daily("a", 21), slot("slots", 1));
    }

    @Test
    void what_was_left_out_is_neither_corrected_nor_given_back() {
        Admitted running = admit(advice(daily("a", 24)), advice(slot("slots", 1)));
        Admitted beyond = admit(advice(daily("a", 10)), advice(slot("slots", 1)));
        beyond.permit().correct(0, 0);
        beyond.permit().release();
        assertThat(admit(advice(daily("a", 1)), advice(slot("slots", 1))).beyond())
                .containsExactly(0, 1);
        running.permit().correct(0, 20);
        running.permit().release();
        assertThat(admit(daily("a", 4), slot("slots", 1)).beyond()).isEmpty();
    }

    @Test
    void of_a_storm_as_many_are_within_what_does_not_bind_as_it_would_have_let_through() {
        Charge tokens = advice(charge("tokens", Rate.per(DAY, 1_500), 3));
        AtomicLong within = new AtomicLong();
        onManyThreads(8, 400, i -> {
            Admitted admitted = (Admitted) decide(i % 2 == 0 ? List.of(tokens, slot("slots", 9)) : List.of(tokens));
            within.addAndGet(1 - admitted.beyond().size());
            admitted.permit().release();
        });
        assertThat(within.get()).isEqualTo(500);
    }

    @Test
    void slots_come_back_once() {
        Admitted first = admit(slot("slots", 2));
        admit(slot("slots", 2));
        refuse(slot("slots", 2));
        first.permit().release();
        first.permit().release();
        admit(slot("slots", 2));
        refuse(slot("slots", 2));
    }

    @Test
    void a_charge_that_turns_out_smaller_is_given_back() {
        Admitted estimated = admit(daily("a", 20));
        refuse(daily("a", 5));
        estimated.permit().correct(0, 3);
        assertThat(admit(daily("a", 0)).standings().getFirst().remaining()).isEqualTo(21);
    }

    @Test
    void a_cache_hit_gives_all_its_tokens_back() {
        Admitted estimated = admit(daily("a", 24), slot("slots", 1));
        estimated.permit().correct(0, 0);
        estimated.permit().release();
        admit(daily("a", 24), slot("slots", 1));
    }

    @Test
    void a_charge_that_turns_out_larger_puts_the_bucket_into_debt() {
        Admitted estimated = admit(daily("a", 1));
        estimated.permit().correct(0, 48);
        refuse(daily("a", 1));
        advance(24 * HOUR);
        assertThat(refuse(daily("a", 1)).standing().remaining()).isZero();
        advance(HOUR);
        admit(daily("a", 1));
    }

    @Test
    void the_first_correction_counts() {
        Admitted estimated = admit(daily("a", 10));
        estimated.permit().correct(0, 2);
        estimated.permit().correct(0, 0);
        estimated.permit().correct(0, 20);
        assertThat(admit(daily("a", 0)).standings().getFirst().remaining()).isEqualTo(22);
    }

    @Test
    void what_has_flowed_off_is_not_given_back_a_second_time() {
        // 12 at 0:00, all flowed off at 12:00; then 24 at 12:00. If the 12 were given back now, 36 would have come at
        // once.
        Admitted early = admit(daily("a", 12));
        advance(12 * HOUR);
        admit(daily("a", 24));
        early.permit().correct(0, 0);
        refuse(daily("a", 2));
    }

    @Test
    void what_others_have_got_back_is_not_given_back_a_second_time() {
        // Two of 6 at 0:00. The first gets all back at once, so that the second flows off by 6:00, and is gone at 8:00.
        Admitted first = admit(daily("a", 6));
        Admitted second = admit(daily("a", 6));
        first.permit().correct(0, 0);
        advance(8 * HOUR);
        admit(daily("a", 24));
        second.permit().correct(0, 0);
        refuse(daily("a", 2));
    }

    @Test
    void a_rate_that_is_changed_keeps_what_remains() {
        admit(charge("a", Rate.per(DAY, 24), 20));
        assertThat(admit(charge("a", Rate.per(DAY, 48), 0))
                        .standings()
                        .getFirst()
                        .remaining())
                .isEqualTo(4);
        assertThat(admit(charge("a", Rate.per(DAY, 2), 2))
                        .standings()
                        .getFirst()
                        .remaining())
                .isZero();
    }

    @Test
    void never_admits_more_than_the_limit_however_many_ask_at_once() {
        // 500 of 3 units at once, however they interleave; 120 slots; each request wants both and one more bucket.
        Charge tokens = charge("tokens", Rate.per(DAY, 1_500), 3);
        Charge slots = slot("slots", 120);
        AtomicLong admitted = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        AtomicLong mostTaken = new AtomicLong();
        onManyThreads(8, 400, i -> {
            List<Charge> charges = i % 2 == 0 ? List.of(tokens, slots) : List.of(slots, tokens);
            if (decide(charges) instanceof Admitted now) {
                admitted.incrementAndGet();
                mostTaken.accumulateAndGet(taken.incrementAndGet(), Math::max);
                taken.decrementAndGet();
                now.permit().release();
            }
        });
        assertThat(mostTaken.get()).isLessThanOrEqualTo(120);
        assertThat(admitted.get()).isEqualTo(500);
    }

    @Test
    void all_slots_are_free_after_a_storm() {
        onManyThreads(8, 300, i -> {
            if (decide(List.of(slot("few", 3), slot("more", 5))) instanceof Admitted admitted) {
                admitted.permit().release();
            }
        });
        assertThat(admit(slot("few", 3), slot("more", 5)).standings())
                .containsExactly(new Standing(3, 2, 0), new Standing(5, 4, 0));
    }

    private interface Work {
        void run(int number);
    }

    private static void onManyThreads(int threads, int times, Work work) {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<java.util.concurrent.Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(pool.submit(() -> {
                    start.await();
                    for (int j = 0; j < times; j++) {
                        work.run(j);
                    }
                    return null;
                }));
            }
            start.countDown();
            for (java.util.concurrent.Future<?> one : all) {
                one.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    protected final Admitted admit(Charge... charges) {
        Decision decision = decide(List.of(charges));
        assertThat(decision).isInstanceOf(Admitted.class);
        return (Admitted) decision;
    }

    protected final Refused refuse(Charge... charges) {
        Decision decision = decide(List.of(charges));
        assertThat(decision).isInstanceOf(Refused.class);
        return (Refused) decision;
    }

    protected final Decision decide(List<Charge> charges) {
        return now(store().tryAcquire(charges));
    }

    /** What a future becomes; the bound only ends a test that fails anyway. */
    protected static <T> T now(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
