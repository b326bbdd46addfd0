package dev.tollgate.limits.rate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Decision.Reason;
import dev.tollgate.limits.rate.Decision.Refused;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private static final int LOW = 1;
    private static final int HIGH = 9;

    private final VirtualTime time = new VirtualTime();
    private final RateLimits limits = new RateLimits(new MemoryRates(100, time), new Waiting(500, 3), time, time);

    private static List<Charge> slot(String key) {
        return List.of(RateStoreContract.charge(key, new Concurrency(1), 1));
    }

    @Test
    void a_request_that_finds_no_slot_waits_for_one() {
        Admitted running = admitted(limits.tryAcquire(slot("a"), LOW));
        Future<Decision> waiting = limits.tryAcquire(slot("a"), LOW);
        assertThat(waiting.isComplete()).isFalse();
        running.permit().release();
        admitted(waiting);
        assertThat(limits.waiting()).isZero();
    }

    @Test
    void whoever_has_waited_long_enough_is_refused() {
        admitted(limits.tryAcquire(slot("a"), LOW));
        Future<Decision> waiting = limits.tryAcquire(slot("a"), LOW);
        time.advance(499);
        assertThat(waiting.isComplete()).isFalse();
        time.advance(1 + RateLimits.TICK_MILLIS);
        Refused refused = refused(waiting);
        assertThat(refused.reason()).isEqualTo(Reason.CONCURRENCY);
        assertThat(refused.standing()).isEqualTo(new Standing(1, 0, 0));
        assertThat(limits.waiting()).isZero();
    }

    /** While the store is being asked for the only one that waits, nobody is in line. */
    @Test
    void whoever_waits_for_a_store_that_takes_its_time_is_refused_or_admitted_all_the_same() {
        RateLimits slow =
                new RateLimits(new SlowStore(new MemoryRates(100, time), time), new Waiting(500, 3), time, time);
        Future<Decision> first = slow.tryAcquire(slot("a"), LOW);
        time.advance(SlowStore.MILLIS);
        Admitted running = admitted(first);
        Future<Decision> refused = slow.tryAcquire(slot("a"), LOW);
        time.advance(500 + 2 * SlowStore.MILLIS + 2 * RateLimits.TICK_MILLIS);
        refused(refused);

        Future<Decision> admitted = slow.tryAcquire(slot("a"), LOW);
        time.advance(250);
        running.permit().release();
        time.advance(2 * SlowStore.MILLIS + 2 * RateLimits.TICK_MILLIS);
        admitted(admitted);
    }

    /** Answers after a while, as one over a network does. */
    private record SlowStore(RateStore store, Timer timer) implements RateStore {
        static final long MILLIS = 30;

        @Override
        public Future<Decision> tryAcquire(List<Charge> charges) {
            Promise<Decision> answer = Promise.promise();
            timer.in(MILLIS, () -> store.tryAcquire(charges).onComplete(answer));
            return answer.future();
        }

        @Override
        public Permit note(List<Charge> charges) {
            return store.note(charges);
        }
    }

    @Test
    void higher_priority_is_served_first_then_who_came_first() {
        List<String> served = new ArrayList<>();
        Admitted running = admitted(limits.tryAcquire(slot("a"), LOW));
        note(served, "low", limits.tryAcquire(slot("a"), LOW));
        note(served, "high", limits.tryAcquire(slot("a"), HIGH));
        note(served, "high, later", limits.tryAcquire(slot("a"), HIGH));
        running.permit().release();
        assertThat(served).containsExactly("high", "high, later", "low");
    }

    /** Each gives its slot back as soon as it has it. */
    private static void note(List<String> served, String name, Future<Decision> decision) {
        decision.onSuccess(done -> {
            served.add(name);
            ((Admitted) done).permit().release();
        });
    }

    @Test
    void the_lowest_priority_is_shed_when_too_many_wait() {
        admitted(limits.tryAcquire(slot("a"), LOW));
        Future<Decision> low = limits.tryAcquire(slot("a"), LOW);
        Future<Decision> lowLater = limits.tryAcquire(slot("a"), LOW);
        Future<Decision> high = limits.tryAcquire(slot("a"), HIGH);
        Future<Decision> highLater = limits.tryAcquire(slot("a"), HIGH);
        refused(lowLater);
        assertThat(List.of(low, high, highLater)).noneMatch(Future::isComplete);
        refused(limits.tryAcquire(slot("a"), LOW));
    }

    @Test
    void nobody_overtakes_those_of_the_same_priority() {
        RateLimits two = new RateLimits(new MemoryRates(100, time), new Waiting(500, 3), time, time);
        List<Charge> both = List.of(RateStoreContract.charge("two", new Concurrency(2), 2));
        List<Charge> one = List.of(RateStoreContract.charge("two", new Concurrency(2), 1));
        Admitted running = admitted(two.tryAcquire(one, LOW));
        Future<Decision> large = two.tryAcquire(both, LOW);
        Future<Decision> small = two.tryAcquire(one, LOW);
        assertThat(small.isComplete()).isFalse();
        admitted(two.tryAcquire(one, HIGH)).permit().release();
        running.permit().release();
        admitted(large);
        assertThat(small.isComplete()).isFalse();
    }

    @Test
    void who_waits_holds_nothing_of_its_other_limits() {
        Charge requests = RateStoreContract.charge("requests", Rate.per(60_000, 2), 1);
        Charge slot = slot("a").getFirst();
        Admitted running = admitted(limits.tryAcquire(List.of(requests, slot), LOW));
        Future<Decision> waiting = limits.tryAcquire(List.of(requests, slot), LOW);
        admitted(limits.tryAcquire(List.of(requests), LOW));
        running.permit().release();
        assertThat(refused(waiting).reason()).isEqualTo(Reason.RATE);
    }

    @Test
    void who_finds_another_bucket_full_goes_on_waiting_there() {
        List<Charge> both = List.of(slot("a").getFirst(), slot("b").getFirst());
        Admitted a = admitted(limits.tryAcquire(slot("a"), LOW));
        Admitted b = admitted(limits.tryAcquire(slot("b"), LOW));
        Future<Decision> waiting = limits.tryAcquire(both, LOW);
        a.permit().release();
        assertThat(waiting.isComplete()).isFalse();
        b.permit().release();
        admitted(waiting);
    }

    @Test
    void other_refusals_are_told_at_once() {
        List<Charge> none = List.of(RateStoreContract.charge("none", new Concurrency(0), 1));
        assertThat(refused(limits.tryAcquire(none, HIGH)).reason()).isEqualTo(Reason.LARGER_THAN_LIMIT);
    }

    @Test
    void without_waiting_a_refusal_is_told_at_once() {
        RateLimits atOnce = new RateLimits(new MemoryRates(100, time), Waiting.NONE, time, time);
        admitted(atOnce.tryAcquire(slot("a"), LOW));
        refused(atOnce.tryAcquire(slot("a"), HIGH));
    }

    @Test
    void a_slot_that_comes_back_elsewhere_is_found_by_looking_again() {
        MemoryRates shared = new MemoryRates(100, time);
        RateLimits one = new RateLimits(shared, Waiting.BRIEFLY, time, time);
        RateLimits other = new RateLimits(shared, Waiting.BRIEFLY, time, time);
        Admitted running = admitted(one.tryAcquire(slot("a"), LOW));
        Future<Decision> waiting = other.tryAcquire(slot("a"), LOW);
        running.permit().release();
        assertThat(waiting.isComplete()).isFalse();
        time.advance(RateLimits.TICK_MILLIS);
        admitted(waiting);
    }

    @Test
    void who_waits_is_told_on_the_event_loop_that_it_came_from() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Admitted running = admitted(limits.tryAcquire(slot("a"), LOW));
            Context loop = vertx.getOrCreateContext();
            CompletableFuture<Boolean> told = new CompletableFuture<>();
            CompletableFuture<Void> asked = new CompletableFuture<>();
            loop.runOnContext(_ -> {
                limits.tryAcquire(slot("a"), LOW).onComplete(_ -> told.complete(loop.equals(Vertx.currentContext())));
                asked.complete(null);
            });
            asked.get(60, TimeUnit.SECONDS);
            running.permit().release();
            assertThat(told.get(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        }
    }

    /** A store in which something happens between a decision and its being heard. */
    private static final class Meddled implements RateStore {
        private final MemoryRates rates;
        private Runnable meanwhile = () -> {};

        Meddled(MemoryRates rates) {
            this.rates = rates;
        }

        @Override
        public Future<Decision> tryAcquire(List<Charge> charges) {
            Future<Decision> decision = rates.tryAcquire(charges);
            Runnable now = meanwhile;
            meanwhile = () -> {};
            now.run();
            return decision;
        }

        @Override
        public Permit note(List<Charge> charges) {
            return rates.note(charges);
        }
    }

    @Test
    void a_slot_that_is_released_while_a_request_is_refused_is_not_missed() {
        Meddled store = new Meddled(new MemoryRates(100, time));
        RateLimits meddled = new RateLimits(store, Waiting.BRIEFLY, time, time);
        Admitted running = admitted(meddled.tryAcquire(slot("a"), LOW));
        store.meanwhile = running.permit()::release;
        admitted(meddled.tryAcquire(slot("a"), LOW));
    }

    @Test
    void a_slot_that_is_released_while_a_waiting_request_is_refused_again_is_not_missed() {
        Meddled store = new Meddled(new MemoryRates(100, time));
        RateLimits meddled = new RateLimits(store, Waiting.BRIEFLY, time, time);
        Admitted running = admitted(meddled.tryAcquire(slot("a"), LOW));
        Future<Decision> waiting = meddled.tryAcquire(slot("a"), LOW);
        store.meanwhile = running.permit()::release;
        time.advance(RateLimits.TICK_MILLIS);
        admitted(waiting);
    }

    @Test
    void no_release_is_missed_however_threads_interleave() throws Exception {
        // Without ticks: whoever waits is only called by a release.
        RateLimits calling = new RateLimits(
                new MemoryRates(100, System::nanoTime), new Waiting(60_000, 100), (_, _) -> {}, System::nanoTime);
        List<Charge> one = List.of(RateStoreContract.charge("three", new Concurrency(3), 1));
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<java.util.concurrent.Future<?>> threads = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                int priority = i;
                threads.add(pool.submit(() -> {
                    for (int j = 0; j < 2_000; j++) {
                        Admitted admitted = (Admitted) RateStoreContract.now(calling.tryAcquire(one, priority));
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        running.decrementAndGet();
                        admitted.permit().release();
                    }
                    return null;
                }));
            }
            for (java.util.concurrent.Future<?> thread : threads) {
                thread.get();
            }
        }
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(calling.waiting()).isZero();
    }

    private static Admitted admitted(Future<Decision> decision) {
        assertThat(decision.result()).isInstanceOf(Admitted.class);
        return (Admitted) decision.result();
    }

    private static Refused refused(Future<Decision> decision) {
        assertThat(decision.result()).isInstanceOf(Refused.class);
        return (Refused) decision.result();
    }
}
