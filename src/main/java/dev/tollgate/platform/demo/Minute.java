package dev.tollgate.platform.demo;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The minute in which calls are made: ten a second on average, at random times. A call that is due while very many are
 * still under way is left out. Used on one event loop.
 */
final class Minute {
    static final int SECONDS = 60;

    private static final int CALLS_PER_SECOND = 10;
    private static final int UNDER_WAY_MAX = 200;

    private final Vertx vertx;
    private final Dice dice;
    private final LongSupplier nanoTime;
    private final Caller caller;
    private final long startNanos;
    private final Promise<Void> over = Promise.promise();
    private long dueNanos;
    private int underWay;
    private boolean calling = true;

    /** Makes the next call; what it returns completes when that has ended. */
    @FunctionalInterface
    interface Caller {
        Future<?> call();
    }

    Minute(Vertx vertx, Dice dice, LongSupplier nanoTime, Caller caller) {
        this.vertx = vertx;
        this.dice = dice;
        this.nanoTime = nanoTime;
        this.caller = caller;
        this.startNanos = nanoTime.getAsLong();
        this.dueNanos = startNanos;
    }

    long secondsSoFar() {
        return TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - startNanos);
    }

    /** Completes when the minute is over and every call has ended. */
    Future<Void> play() {
        scheduleNext();
        return over.future();
    }

    private void scheduleNext() {
        dueNanos += dice.gapNanos(CALLS_PER_SECOND);
        if (dueNanos - startNanos >= TimeUnit.SECONDS.toNanos(SECONDS)) {
            calling = false;
            endIfIdle();
            return;
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(dueNanos - nanoTime.getAsLong());
        vertx.setTimer(Math.max(1, millis), _ -> {
            if (underWay < UNDER_WAY_MAX) {
                call();
            }
            scheduleNext();
        });
    }

    private void call() {
        underWay++;
        caller.call().onComplete(_ -> {
            underWay--;
            endIfIdle();
        });
    }

    private void endIfIdle() {
        if (!calling && underWay == 0) {
            over.tryComplete();
        }
    }
}
