package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Decision.Reason;
import dev.tollgate.limits.rate.Decision.Refused;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Admits requests by all their limits at once. One that finds no slot may wait for it briefly, and holds nothing
 * meanwhile: higher priority is served first, then who came first; where too many wait, the lowest priority goes. Slots
 * that other replicas give back are found by looking again and again, and priority counts among the requests of one
 * replica. Shared by event loops.
 */
public final class RateLimits {
    static final long TICK_MILLIS = 25;

    private final RateStore store;
    private final Waiting waiting;
    private final WaitingRoom room;
    private final Timer timer;
    private final LongSupplier nanoTime;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicLong releases = new AtomicLong();
    private final AtomicBoolean ticking = new AtomicBoolean();

    public RateLimits(RateStore store, Waiting waiting, Timer timer, LongSupplier nanoTime) {
        this.store = store;
        this.waiting = waiting;
        this.room = new WaitingRoom(waiting.maxRequests());
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    /**
     * Charges everything or nothing. Fails only where the store does.
     *
     * @param charges of different buckets; the list is kept
     * @param priority higher is admitted first
     */
    public Future<Decision> tryAcquire(List<Charge> charges, int priority) {
        if (!waiting.isAllowed()) {
            return store.tryAcquire(charges);
        }
        long seen = releases.get();
        if (room.waiting() > 0) {
            int behind = room.firstWithLine(charges, priority);
            if (behind >= 0) {
                return await(charges, priority, allTaken(charges, behind), seen);
            }
        }
        Future<Decision> asked = store.tryAcquire(charges);
        return asked.isComplete()
                ? settled(asked, charges, priority, seen)
                : asked.compose(_ -> settled(asked, charges, priority, seen));
    }

    /** The same without waiting for slots, for who can go elsewhere. */
    public Future<Decision> tryAtOnce(List<Charge> charges, int priority) {
        int behind = room.waiting() > 0 ? room.firstWithLine(charges, priority) : -1;
        if (behind >= 0) {
            return Future.succeededFuture(allTaken(charges, behind));
        }
        Future<Decision> asked = store.tryAcquire(charges);
        return asked.isComplete() ? watched(asked, charges) : asked.compose(_ -> watched(asked, charges));
    }

    /** How many requests wait. */
    public int waiting() {
        return room.waiting();
    }

    private Future<Decision> settled(Future<Decision> asked, List<Charge> charges, int priority, long releasesSeen) {
        return asked.succeeded() && asked.result() instanceof Refused refused && mayWait(refused)
                ? await(charges, priority, refused, releasesSeen)
                : watched(asked, charges);
    }

    private static boolean mayWait(Refused refused) {
        return refused.reason() == Reason.CONCURRENCY;
    }

    private Future<Decision> await(List<Charge> charges, int priority, Refused refused, long releasesSeen) {
        long until = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(waiting.maxMillis());
        Waiter waiter = new Waiter(charges, priority, numbers.getAndIncrement(), until, refused);
        String key = waiter.key();
        Waiter shed = room.add(waiter);
        if (shed != null) {
            shed.giveUp();
        }
        tickLater();
        if (releases.get() != releasesSeen) {
            serve(key);
        }
        return waiter.decision();
    }

    /** Calls those in line until one does not get in. One thread does so at a time. */
    private void serve(String key) {
        if (room.beginServing(key)) {
            callNext(key);
        }
    }

    private void callNext(String key) {
        while (true) {
            Waiter waiter = room.call(key);
            if (waiter == null) {
                if (room.endServing(key)) {
                    return;
                }
                continue;
            }
            long seen = releases.get();
            Future<Decision> asked = store.tryAcquire(waiter.charges);
            if (!asked.isComplete()) {
                asked.onComplete(_ -> {
                    if (goesOn(key, waiter, asked, seen)) {
                        callNext(key);
                    }
                });
                return;
            }
            if (!goesOn(key, waiter, asked, seen)) {
                return;
            }
        }
    }

    /** Tells a waiter, or lets it wait on. Whether the next in line should be called. */
    private boolean goesOn(String key, Waiter waiter, Future<Decision> asked, long releasesSeen) {
        if (asked.succeeded() && asked.result() instanceof Refused refused && mayWait(refused)) {
            waiter.stillRefused(refused);
            room.putBack(waiter);
            tickLater(); // a tick while the store was being asked found nobody in line
            // Who has released something meanwhile may have found nobody waiting.
            return !waiter.key().equals(key) || releases.get() != releasesSeen || !room.endServing(key);
        }
        waiter.end(watched(asked, waiter.charges));
        return true;
    }

    private void tickLater() {
        if (ticking.compareAndSet(false, true)) {
            timer.in(TICK_MILLIS, this::tick);
        }
    }

    private void tick() {
        room.takeOverdue(nanoTime.getAsLong()).forEach(Waiter::giveUp);
        room.keys().forEach(this::serve);
        ticking.set(false);
        if (room.waiting() > 0) {
            tickLater();
        }
    }

    /** Whoever gives slots back calls those who wait for them. */
    private Future<Decision> watched(Future<Decision> asked, List<Charge> charges) {
        return asked.succeeded() && asked.result() instanceof Admitted admitted
                ? Future.succeededFuture(new Admitted(
                        new CallingPermit(admitted.permit(), charges), admitted.standings(), admitted.beyond()))
                : asked;
    }

    private static Refused allTaken(List<Charge> charges, int index) {
        Concurrency slots = (Concurrency) charges.get(index).bucket().kind();
        return new Refused(index, Reason.CONCURRENCY, SlotCell.RETRY_AFTER_MILLIS, new Standing(slots.max(), 0, 0));
    }

    private final class CallingPermit implements Permit {
        private final Permit permit;
        private final List<Charge> charges;

        CallingPermit(Permit permit, List<Charge> charges) {
            this.permit = permit;
            this.charges = charges;
        }

        @Override
        public void correct(int charge, long actualCost) {
            permit.correct(charge, actualCost);
        }

        @Override
        public void release() {
            permit.release();
            releases.incrementAndGet();
            if (room.waiting() > 0) {
                charges.stream()
                        .filter(charge -> charge.bucket().kind() instanceof Concurrency)
                        .forEach(charge -> serve(charge.bucket().key()));
            }
        }
    }
}
