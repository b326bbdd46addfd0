package dev.tollgate.limits.budget;

import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.limits.budget.ShareStore.Standing;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one share says to the store: one call at a time, each with a number. A call of whose answer nothing is known is
 * made again, with its number, before any other; so it is done once, whether it was the call that got lost or the answer.
 */
final class ShareCalls {
    /** How long a refusal is remembered, so that a window that is used up does not ask for every request. */
    private static final long REFUSAL_NANOS = 100_000_000L;

    private static final double NANOS_AHEAD = 60e9;
    private static final double NANOS_MIN = 10e6;
    private static final long NEVER = Long.MIN_VALUE;

    /** Nothing, but whoever has waited for it should look again. */
    private static final Grant NOTHING = new Grant.Given(0, new Standing(0, 0, 0, 0));

    private final ShareStore store;
    private final LongSupplier numbers;
    private final Share share;
    private volatile long refillBelow = NEVER;
    private volatile long lastAmount;

    // Guarded by this.
    private @Nullable Call unanswered;
    private @Nullable Future<Grant> underWay;
    private Grant.@Nullable Refused refused;
    private long refusedNeed;
    private long refusedUntil;
    private boolean hasGrant;
    private long grantedNanos;
    private long freeWhenGranted;
    private boolean retired;

    /** A call for a share, or to give back where {@code back} isn't 0. */
    private record Call(long number, long need, long want, long back) {}

    ShareCalls(ShareStore store, LongSupplier numbers, Share share) {
        this.store = store;
        this.numbers = numbers;
        this.share = share;
    }

    long lastAmount() {
        return lastAmount;
    }

    /**
     * Asks for what is missing, so that an amount be free. Whoever comes while a call is under way waits for its end, and
     * has to look then whether there is enough. Fails where the store does.
     */
    Future<Grant> ask(long amount, long nowNanos) {
        lastAmount = amount;
        return askFor(amount, nowNanos);
    }

    private synchronized Future<Grant> askFor(long amount, long nowNanos) {
        if (retired) {
            return Future.succeededFuture(NOTHING);
        }
        if (underWay != null) {
            return underWay.compose(answer ->
                    answer instanceof Grant.Refused ? askFor(amount, nowNanos) : Future.succeededFuture(answer));
        }
        if (refused != null && missing(amount) >= refusedNeed && nowNanos - refusedUntil < 0) {
            return Future.succeededFuture(refused);
        }
        if (unanswered == null) {
            return alone(request(amount, nowNanos));
        }
        return alone(send(unanswered, nowNanos)
                .compose(earlier -> share.free() >= amount && earlier instanceof Grant.Given
                        ? Future.succeededFuture(earlier)
                        : request(amount, nowNanos)));
    }

    boolean isLow(long free) {
        return free < refillBelow;
    }

    /** Asks ahead, once for each grant. */
    Future<Grant> refill(long amount, long nowNanos) {
        refillBelow = NEVER;
        lastAmount = amount;
        long enough = share.free() + amount;
        return askFor(enough < 0 ? Long.MAX_VALUE : enough, nowNanos);
    }

    /** Gives back what is free, unless a call is under way: the next round sees what is left then. */
    synchronized Future<Void> giveBack(long nowNanos) {
        if (underWay != null) {
            return Future.succeededFuture();
        }
        if (unanswered != null) {
            return alone(send(unanswered, nowNanos)).mapEmpty();
        }
        long back = share.takeOut();
        if (back == 0) {
            return Future.succeededFuture();
        }
        refillBelow = NEVER;
        return alone(send(new Call(numbers.getAsLong(), 0, 0, back), nowNanos)).mapEmpty();
    }

    synchronized void forgetRefusal() {
        refused = null;
    }

    synchronized boolean retire() {
        retired = underWay == null && unanswered == null && share.waiters().isEmpty() && share.isEmpty();
        return retired;
    }

    private Future<Grant> alone(Future<Grant> call) {
        Promise<Grant> promise = Promise.promise();
        underWay = promise.future();
        call.onComplete(answer -> ended(promise, answer));
        return promise.future();
    }

    private void ended(Promise<Grant> promise, AsyncResult<Grant> answer) {
        synchronized (this) {
            underWay = null;
        }
        promise.handle(answer);
        share.wakeFirst();
    }

    private synchronized Future<Grant> request(long amount, long nowNanos) {
        long need = missing(amount);
        return send(new Call(numbers.getAsLong(), need, Math.max(need, wanted(amount, nowNanos)), 0), nowNanos);
    }

    private synchronized Future<Grant> send(Call call, long nowNanos) {
        unanswered = call;
        long window = share.window().id();
        Future<Grant> answer = call.back > 0
                ? store.giveBack(window, share.epoch(), call.number, call.back).map(_ -> NOTHING)
                : store.grant(window, share.epoch(), call.number, call.need, call.want);
        return answer.map(grant -> {
            answered(call, grant, nowNanos);
            return grant;
        });
    }

    private synchronized void answered(Call call, Grant grant, long nowNanos) {
        unanswered = null;
        switch (grant) {
            case Grant.Given given -> {
                refused = null;
                if (call.back == 0) {
                    freeWhenGranted = share.add(given.amount());
                    share.stands(given.standing());
                    hasGrant = true;
                    grantedNanos = nowNanos;
                    refillBelow = given.amount() > call.need ? given.amount() / 2 : NEVER;
                }
            }
            case Grant.Refused refusal -> {
                refused = refusal;
                share.stands(refusal.standing());
                refusedNeed = call.need;
                refusedUntil = nowNanos + REFUSAL_NANOS;
                refillBelow = NEVER;
            }
            case Grant.Closed _ -> share.end();
            case Grant.Superseded _ -> {}
        }
    }

    private long missing(long amount) {
        return Math.max(1, amount - share.free());
    }

    /** As much as is used in a minute, by what was since the last grant. */
    private long wanted(long amount, long nowNanos) {
        if (!hasGrant) {
            return amount;
        }
        long used = Math.max(amount, freeWhenGranted - share.free());
        double nanos = Math.max(NANOS_MIN, nowNanos - grantedNanos);
        return (long) Math.min(Long.MAX_VALUE / 4d, used / nanos * NANOS_AHEAD);
    }
}
