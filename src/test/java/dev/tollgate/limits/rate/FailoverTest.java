package dev.tollgate.limits.rate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Decision.Refused;
import dev.tollgate.limits.rate.Failover.State;
import dev.tollgate.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailoverTest {
    private static final long FOREVER = 86_400_000;
    private static final int WATCHED = 4;

    private final VirtualTime time = new VirtualTime();
    private final Unsteady shared = new Unsteady(new MemoryRates(100, time));
    private final MemoryRates local = new MemoryRates(100, time);

    /** A store that answers, fails, or keeps its answers to itself. */
    private static final class Unsteady implements RateStore {
        private enum Mode {
            ANSWERS,
            FAILS,
            IS_SILENT
        }

        private final MemoryRates rates;
        private final List<Runnable> unanswered = new ArrayList<>();
        private Mode mode = Mode.ANSWERS;
        private int asked;

        Unsteady(MemoryRates rates) {
            this.rates = rates;
        }

        @Override
        public Future<Decision> tryAcquire(List<Charge> charges) {
            asked++;
            return switch (mode) {
                case ANSWERS -> rates.tryAcquire(charges);
                case FAILS -> Future.failedFuture("connection refused");
                case IS_SILENT -> {
                    Promise<Decision> late = Promise.promise();
                    Future<Decision> decided = rates.tryAcquire(charges);
                    unanswered.add(() -> decided.onComplete(late));
                    yield late.future();
                }
            };
        }

        @Override
        public Permit note(List<Charge> charges) {
            return rates.note(charges);
        }
    }

    private Failover failover(long pauseMillis) {
        return new Failover(shared, local, new FailoverSettings(20, WATCHED, pauseMillis, 2), time);
    }

    private static List<Charge> requests(long limit) {
        return List.of(RateStoreContract.charge("requests", Rate.per(FOREVER, limit), 1));
    }

    private static List<Charge> slot() {
        return List.of(RateStoreContract.charge("slots", new Concurrency(1), 1));
    }

    @Test
    void asks_the_shared_store_as_long_as_it_answers() {
        Failover failover = failover(FOREVER);
        for (int i = 0; i < 10; i++) {
            admitted(failover.tryAcquire(requests(10)));
        }
        refused(failover.tryAcquire(requests(10)));
        assertThat(failover.state()).isEqualTo(State.SHARED);
        assertThat(failover.decidedShared()).isEqualTo(11);
        assertThat(failover.decidedLocally()).isZero();
    }

    @Test
    void a_request_that_waits_in_vain_is_decided_locally_when_its_patience_is_over() {
        Failover failover = failover(FOREVER);
        shared.mode = Unsteady.Mode.IS_SILENT;
        Future<Decision> waiting = failover.tryAcquire(requests(1));
        time.advance(19);
        assertThat(waiting.isComplete()).isFalse();
        time.advance(1);
        admitted(waiting);
        assertThat(failover.decidedLocally()).isEqualTo(1);
    }

    @Test
    void what_the_shared_store_admits_too_late_is_given_back() {
        Failover failover = failover(FOREVER);
        List<Charge> both = List.of(requests(1).getFirst(), slot().getFirst());
        shared.mode = Unsteady.Mode.IS_SILENT;
        Future<Decision> waiting = failover.tryAcquire(both);
        time.advance(20);
        admitted(waiting).permit().release();
        refused(shared.rates.tryAcquire(both));
        shared.unanswered.forEach(Runnable::run);
        admitted(shared.rates.tryAcquire(both));
    }

    @Test
    void once_it_has_failed_too_often_nobody_asks_or_waits_any_more() {
        Failover failover = failover(FOREVER);
        shared.mode = Unsteady.Mode.IS_SILENT;
        for (int i = 0; i < WATCHED; i++) {
            Future<Decision> waiting = failover.tryAcquire(requests(100));
            time.advance(20);
            admitted(waiting);
        }
        assertThat(failover.state()).isEqualTo(State.LOCAL);
        for (int i = 0; i < 50; i++) {
            assertThat(failover.tryAcquire(requests(100)).isComplete()).isTrue();
        }
        assertThat(shared.asked).isEqualTo(WATCHED);
        assertThat(failover.decidedLocally()).isEqualTo(WATCHED + 50);
    }

    @Test
    void it_is_tried_again_and_trusted_after_a_few_answers() {
        Failover failover = failover(0);
        shared.mode = Unsteady.Mode.FAILS;
        for (int i = 0; i < WATCHED; i++) {
            admitted(failover.tryAcquire(requests(100)));
        }
        shared.mode = Unsteady.Mode.ANSWERS;
        Await.until("the pause is over", () -> failover.state() == State.TRYING);
        admitted(failover.tryAcquire(requests(100)));
        assertThat(failover.state()).isEqualTo(State.TRYING);
        admitted(failover.tryAcquire(requests(100)));
        assertThat(failover.state()).isEqualTo(State.SHARED);
        assertThat(failover.decidedShared()).isEqualTo(2);
    }

    @Test
    void local_limits_hold_while_the_shared_store_is_gone() {
        Failover failover = failover(FOREVER);
        shared.mode = Unsteady.Mode.FAILS;
        for (int i = 0; i < 5; i++) {
            admitted(failover.tryAcquire(requests(5)));
        }
        refused(failover.tryAcquire(requests(5)));
    }

    @Test
    void slots_that_were_taken_before_it_failed_count_locally() {
        Failover failover = failover(FOREVER);
        Admitted running = admitted(failover.tryAcquire(slot()));
        shared.mode = Unsteady.Mode.FAILS;
        refused(failover.tryAcquire(slot()));
        running.permit().release();
        admitted(failover.tryAcquire(slot()));
    }

    @Test
    void slots_that_were_taken_while_it_was_gone_count_when_it_is_back() {
        Failover failover = failover(0);
        shared.mode = Unsteady.Mode.FAILS;
        Admitted running = admitted(failover.tryAcquire(slot()));
        shared.mode = Unsteady.Mode.ANSWERS;
        refused(failover.tryAcquire(slot()));
        assertThat(failover.decidedShared()).isEqualTo(1);
        running.permit().release();
        admitted(failover.tryAcquire(slot()));
        assertThat(failover.decidedShared()).isEqualTo(2);
    }

    private static Admitted admitted(Future<Decision> decision) {
        assertThat(decision.result()).isInstanceOf(Admitted.class);
        return (Admitted) decision.result();
    }

    private static void refused(Future<Decision> decision) {
        assertThat(decision.result()).isInstanceOf(Refused.class);
    }
}
