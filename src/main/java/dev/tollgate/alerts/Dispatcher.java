package dev.tollgate.alerts;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what waits: takes deliveries that are due, a few at once, brings each to its channel and stores how that went.
 * Every replica has one; a delivery is sent by the one that takes it. Safe for threads.
 */
public final class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);
    private static final int AT_ONCE = 16;

    private final Deliveries deliveries;
    private final Courier courier;
    private final Backoff backoff;
    private final Timer timer;
    private final LongAdder deliveredCount = new LongAdder();
    private final LongAdder failedCount = new LongAdder();
    private final LongAdder deadCount = new LongAdder();

    private int underWay;
    private boolean taking;
    private boolean wokenMeanwhile;
    private boolean complained;
    private boolean stopped;
    private final Promise<Void> idleAfterStop = Promise.promise();

    /** Calls back after a while. */
    public interface Timer {
        void after(Duration wait, Runnable then);
    }

    public Dispatcher(Deliveries deliveries, Courier courier, Backoff backoff, Timer timer) {
        this.deliveries = deliveries;
        this.courier = courier;
        this.backoff = backoff;
        this.timer = timer;
    }

    /** Looks for what is due. */
    public void wake() {
        int room = room();
        if (room > 0) {
            deliveries.take(room).onComplete(taken -> {
                took(taken.succeeded() ? taken.result() : List.of(), taken.cause());
                boolean mayBeMore = taken.succeeded() && !taken.result().isEmpty();
                if (endTaking() || mayBeMore) {
                    wake();
                }
            });
        }
    }

    /** Takes no more; completes when what is under way has ended. */
    public synchronized Future<Void> stop() {
        stopped = true;
        completeIfIdle();
        return idleAfterStop.future();
    }

    /** Deliveries that have arrived. */
    public long deliveredCount() {
        return deliveredCount.sum();
    }

    /** Attempts that have failed. */
    public long failedCount() {
        return failedCount.sum();
    }

    /** Deliveries that were given up. */
    public long deadCount() {
        return deadCount.sum();
    }

    /** How many may be taken now. One look at a time: who comes meanwhile makes it look once more. */
    private synchronized int room() {
        if (stopped || taking) {
            wokenMeanwhile = taking;
            return 0;
        }
        int room = AT_ONCE - underWay;
        taking = room > 0;
        return room;
    }

    private synchronized boolean endTaking() {
        boolean again = wokenMeanwhile;
        taking = false;
        wokenMeanwhile = false;
        completeIfIdle();
        return again;
    }

    private void took(List<Delivery> taken, @Nullable Throwable failure) {
        complainOnce(failure);
        synchronized (this) {
            underWay += taken.size();
        }
        taken.forEach(delivery -> Future.succeededFuture()
                .compose(_ -> courier.bring(delivery.alert(), delivery.channel().target()))
                .compose(attempt -> store(delivery, attempt))
                .onFailure(lost -> LOG.warnf(
                        "What became of alert %s over channel %s can't be stored; it will be sent again: %s",
                        delivery.alert().id(), delivery.channel().id(), lost.getMessage()))
                .onComplete(_ -> ended()));
    }

    private Future<Void> store(Delivery delivery, Attempt attempt) {
        if (attempt.delivered()) {
            deliveredCount.increment();
            return deliveries.delivered(delivery, attempt);
        }
        failedCount.increment();
        if (attempt.isFinal() || delivery.attemptsLeft() == 0) {
            deadCount.increment();
            LOG.warnf(
                    "Alert %s was given up over channel %s after attempt %d: %s",
                    delivery.alert().id(), delivery.channel().id(), delivery.attempt(), attempt.error());
            return deliveries.giveUp(delivery, attempt);
        }
        Duration wait = backoff.after(delivery.attempt(), attempt.retryAfter());
        return deliveries.retry(delivery, attempt, wait).onSuccess(_ -> timer.after(wait, this::wake));
    }

    /** There is room for another one, which may wait where more were due than could be taken. */
    private void ended() {
        boolean wasFull;
        synchronized (this) {
            wasFull = underWay == AT_ONCE;
            underWay--;
            completeIfIdle();
        }
        if (wasFull) {
            wake();
        }
    }

    private void completeIfIdle() {
        if (stopped && underWay == 0 && !taking) {
            idleAfterStop.tryComplete();
        }
    }

    /** Once per outage, not once per look. */
    private synchronized void complainOnce(@Nullable Throwable failure) {
        if (failure != null && !complained && !stopped) {
            LOG.warnf("Alerts that wait can't be read; they are sent later: %s", failure.getMessage());
        }
        complained = failure != null;
    }
}
