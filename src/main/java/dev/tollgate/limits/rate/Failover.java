package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.net.Homecoming;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Asks the store that all replicas share, and goes on with a local one where that is slow or gone. A circuit breaker
 * watches: a request waits for the shared store for a bounded time, and once several in a row have waited in vain, none
 * does any more, but for a few that try it again after a pause. Slots that one store has admitted are noted in the other
 * one, so that a change from one to the other starts from what runs.
 */
public final class Failover implements RateStore {

    /** Which store decides. */
    public enum State {
        SHARED,
        /** The shared store has failed too often. */
        LOCAL,
        /** A few requests try the shared store again; the others stay local. */
        TRYING
    }

    private static final TypeLiteral<CompletionStage<Decision>> DECISION = new TypeLiteral<>() {};

    private final RateStore shared;
    private final RateStore local;
    private final FailoverSettings settings;
    private final Timer timer;
    private final TypedGuard<CompletionStage<Decision>> breaker;
    private final LongAdder decidedShared = new LongAdder();
    private final LongAdder decidedLocally = new LongAdder();
    private volatile State state = State.SHARED;

    /** @param timer fires on any thread */
    public Failover(RateStore shared, RateStore local, FailoverSettings settings, Timer timer) {
        this.shared = shared;
        this.local = local;
        this.settings = settings;
        this.timer = timer;
        this.breaker = TypedGuard.create(DECISION)
                .withCircuitBreaker()
                .requestVolumeThreshold(settings.failuresWatched())
                .failureRatio(0.5)
                .delay(settings.pauseMillis(), ChronoUnit.MILLIS)
                .successThreshold(settings.trials())
                .onStateChange(this::changed)
                .done()
                .build();
    }

    @Override
    public Future<Decision> tryAcquire(List<Charge> charges) {
        Homecoming<Decision> answer = new Homecoming<>();
        breaker.get(() -> ask(charges).toCompletionStage()).whenComplete((decision, failure) -> {
            if (failure == null) {
                decidedShared.increment();
                answer.end(Future.succeededFuture(noted(decision, charges, local)));
            } else {
                decidedLocally.increment();
                local.tryAcquire(charges)
                        .map(decided -> noted(decided, charges, shared))
                        .onComplete(answer::end);
            }
        });
        return answer.future();
    }

    @Override
    public Permit note(List<Charge> charges) {
        return local.note(charges);
    }

    public State state() {
        return state;
    }

    /** How many requests the shared store has decided. */
    public long decidedShared() {
        return decidedShared.sum();
    }

    /** How many requests were decided locally because the shared store was slow or gone. */
    public long decidedLocally() {
        return decidedLocally.sum();
    }

    /** The shared store's answer, as long as it comes in time. What it admits later is given back. */
    private Future<Decision> ask(List<Charge> charges) {
        Promise<Decision> answer = Promise.promise();
        Future<Decision> asked = shared.tryAcquire(charges);
        asked.onComplete(end -> {
            boolean inTime = end.succeeded() ? answer.tryComplete(end.result()) : answer.tryFail(end.cause());
            if (!inTime && end.result() instanceof Admitted admitted) {
                giveBack(admitted.permit(), charges.size());
            }
        });
        if (!asked.isComplete()) {
            timer.in(
                    settings.patienceMillis(),
                    () -> answer.tryFail(
                            new TimeoutException("rates: no answer in " + settings.patienceMillis() + " ms")));
        }
        return answer.future();
    }

    private static void giveBack(Permit permit, int charges) {
        for (int i = 0; i < charges; i++) {
            permit.correct(i, 0);
        }
        permit.release();
    }

    /** Notes the slots of an admitted request in the store that has not decided, for as long as it runs. */
    private static Decision noted(Decision decision, List<Charge> charges, RateStore other) {
        if (!(decision instanceof Admitted(Permit permit, List<Standing> standings, List<Integer> beyond))) {
            return decision;
        }
        List<Charge> slots = IntStream.range(0, charges.size())
                .filter(i -> isSlot(charges.get(i)) && !beyond.contains(i))
                .mapToObj(charges::get)
                .toList();
        return slots.isEmpty() ? decision : new Admitted(new NotedPermit(permit, other.note(slots)), standings, beyond);
    }

    private static boolean isSlot(Charge charge) {
        return charge.bucket().kind() instanceof Concurrency && charge.cost() > 0;
    }

    private void changed(CircuitBreakerState breakerState) {
        state = switch (breakerState) {
            case CLOSED -> State.SHARED;
            case OPEN -> State.LOCAL;
            case HALF_OPEN -> State.TRYING;
        };
    }

    private record NotedPermit(Permit decided, Permit noted) implements Permit {
        @Override
        public void correct(int charge, long actualCost) {
            decided.correct(charge, actualCost);
        }

        @Override
        public void release() {
            decided.release();
            noted.release();
        }
    }
}
