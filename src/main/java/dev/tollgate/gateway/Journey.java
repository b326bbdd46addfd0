package dev.tollgate.gateway;

import dev.tollgate.gateway.RetryPolicy.WithoutRoute;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Failure;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A request that goes from place to place until it is served, or no other attempt may follow. Used on one event loop. */
final class Journey {
    /** Refusals that another place may not make: it costs less, or counts in other budgets. */
    private static final Set<ProblemCode> OF_THIS_PLACE = EnumSet.of(
            ProblemCode.BUDGET_EXCEEDED,
            ProblemCode.BUDGET_BUSY,
            ProblemCode.COST_TOO_HIGH,
            ProblemCode.COST_NOT_BOUNDED,
            ProblemCode.SPEND_STOPPED);

    private final Exchange exchange;
    private final Way way;
    private final boolean isRouted;
    private final FailOver.Parts parts;
    private final RetryPolicy policy;
    private final Stage.Next next;

    /** How often it was sent again to where it had failed. */
    private int again;

    /** @param isRouted whether there is a route, or one place alone */
    Journey(
            Exchange exchange,
            List<Candidate> candidates,
            boolean isRouted,
            FailOver.Parts parts,
            RetryPolicy policy,
            Stage.Next next) {
        this.exchange = exchange;
        this.way = new Way(exchange, candidates, isRouted, parts, policy);
        this.isRouted = isRouted;
        this.parts = parts;
        this.policy = policy;
        this.next = next;
    }

    /** To the first place, whose account has given it room already, or another one. */
    Future<Reply> first() {
        if (way.lets(0)) {
            return attempt(0);
        }
        exchange.tryAgain(/* failed= */ null, parts.now());
        return from(1);
    }

    /** To the first place from a turn on that lets it in. */
    Future<Reply> from(int first) {
        for (int turn = first; turn < way.candidates().size(); turn++) {
            if (!way.isOut(turn) && way.lets(turn)) {
                return enter(turn);
            }
        }
        return nowhere();
    }

    private Future<Reply> enter(int turn) {
        way.asItCame();
        Candidate candidate = way.candidates().get(turn);
        if (!parts.room().isLimited(exchange, candidate)) {
            return attempt(turn);
        }
        boolean isLast = way.nextOpen(turn + 1) < 0;
        return parts.room().take(exchange, candidate, /* waits= */ isLast).transform(taken -> {
            if (taken.succeeded() && taken.result() instanceof AccountRoom.Answer.Taken) {
                return attempt(turn);
            }
            way.turnsBack();
            if (taken.result() instanceof AccountRoom.Answer.Full full) {
                way.hasNoRoom(full);
                return from(turn + 1);
            }
            return Future.failedFuture(taken.cause());
        });
    }

    /** No place lets it in. After a short while one may. */
    private Future<Reply> nowhere() {
        Problem why = way.noRoom();
        long pause = nextPause(0);
        if (why != null
                || again >= policy.retries()
                || pause > policy.longestPause().toNanos()
                || (!isRouted && policy.withoutRoute() == WithoutRoute.NONE)
                || !way.hasTime(pause)) {
            return Future.failedFuture(why != null ? why : Way.busy());
        }
        again++;
        return parts.pauses().of(pause).compose(_ -> way.isOver() ? Future.failedFuture(gaveUp()) : from(0));
    }

    private Problem gaveUp() {
        Problem cutBy = exchange.cutBy();
        return cutBy == null ? Way.busy() : cutBy;
    }

    private Future<Reply> attempt(int turn) {
        way.begins(turn);
        return next.handle(exchange).transform(this::ended);
    }

    /** An attempt has ended. */
    Future<Reply> ended(AsyncResult<Reply> result) {
        Failure failure = way.failure(result);
        if (isRouted) {
            way.note(result, failure);
        }
        if (failure == Failure.NONE || way.isOver() || way.isBound()) {
            return answer(result);
        }
        if (isRefusedHere(result)) {
            int other = way.out(way.turn());
            return other < 0 ? answer(result) : passBy(other);
        }
        boolean isFree = way.isFree(result);
        boolean isUnknown = !isFree && result.failed() && exchange.attempt().isLost;
        boolean mayFollow = isFree
                ? failure.leadsElsewhere()
                : isUnknown && exchange.apart().size() < policy.unknownMost();
        if (!mayFollow) {
            return answer(result);
        }
        long asked = result.succeeded()
                ? RetryAfter.nanos(result.result().headers(), parts.clock().millis())
                : 0;
        boolean mayPass = isFree
                && failure == Failure.OF_MOMENT
                && asked <= policy.longestPause().toNanos();
        int other = mayPass ? way.nextOpen(way.turn() + 1) : way.out(way.turn());
        if (other >= 0) {
            return mayTry(/* pause= */ 0) ? onward(result, isUnknown, other) : answer(result);
        }
        long pause = nextPause(mayPass ? asked : 0);
        return way.hasAny() && mayBeSentAgain(pause) && mayTry(pause)
                ? again(result, isUnknown, pause)
                : answer(result);
    }

    /** By chance, and until a place is open that keeps all away. */
    private long nextPause(long atLeast) {
        long backoff = policy.pauseNanos(again, parts.jitter().getAsDouble());
        return Math.max(Math.max(atLeast, backoff), way.opensIn());
    }

    /** Whether it may go back to where it failed. */
    private boolean mayBeSentAgain(long pause) {
        return again < policy.retries()
                && pause <= policy.longestPause().toNanos()
                && (isRouted
                        || switch (policy.withoutRoute()) {
                            case NONE -> false;
                            case UNSENT -> !exchange.attempt().wasSent();
                            case ALL -> true;
                        });
    }

    private boolean mayTry(long pause) {
        if (!way.hasTime(pause)) {
            parts.counts().add(RetryCounts.Kind.NO_TIME_LEFT);
            return false;
        }
        if (!parts.retries().tryTake()) {
            parts.counts().add(RetryCounts.Kind.NO_RETRIES_LEFT);
            return false;
        }
        return true;
    }

    private Future<Reply> passBy(int other) {
        way.leaves();
        exchange.tryAgain(/* failed= */ null, parts.now());
        return from(other);
    }

    private Future<Reply> onward(AsyncResult<Reply> result, boolean isUnknown, int other) {
        parts.counts().add(isUnknown ? RetryCounts.Kind.BESIDE : RetryCounts.Kind.ELSEWHERE);
        way.leaves();
        close(result, isUnknown);
        return from(other);
    }

    /** Waits, and goes back to whichever place is open first then; meanwhile the failure stays its answer. */
    private Future<Reply> again(AsyncResult<Reply> result, boolean isUnknown, long pause) {
        again++;
        way.leaves();
        return parts.pauses().of(pause).compose(_ -> {
            if (way.isOver()) {
                return answer(result);
            }
            if (way.nextOpen(0) < 0) {
                long longer = nextPause(0);
                return again < policy.retries()
                                && longer <= policy.longestPause().toNanos()
                                && way.hasTime(longer)
                        ? again(result, isUnknown, longer)
                        : answer(result);
            }
            parts.counts().add(isUnknown ? RetryCounts.Kind.BESIDE : RetryCounts.Kind.AGAIN);
            close(result, isUnknown);
            return from(0);
        });
    }

    /** Ends an attempt that another one follows. */
    private void close(AsyncResult<Reply> result, boolean isUnknown) {
        if (!isUnknown) {
            Outcome outcome = exchange.attempt().wasSent() ? Outcome.UPSTREAM_ERROR : Outcome.FAILED;
            exchange.tryAgain(ExchangeRecord.attempt(exchange, exchange.candidate(), outcome), parts.now());
            return;
        }
        ProblemCode code = ((Problem) result.cause()).code();
        Outcome outcome = code == ProblemCode.UPSTREAM_INVALID_ANSWER ? Outcome.FAILED : Outcome.CUT_OFF;
        Exchange.Apart apart =
                parts.records().apart(exchange, parts.accounting().ofLost(exchange), outcome, code);
        exchange.tryAgainBeside(
                ExchangeRecord.attempt(
                        exchange, exchange.candidate(), outcome, apart.entry().requestId()),
                apart,
                parts.now());
    }

    private boolean isRefusedHere(AsyncResult<Reply> result) {
        return !exchange.attempt().wasSent()
                && result.cause() instanceof Problem problem
                && OF_THIS_PLACE.contains(problem.code());
    }

    private Future<Reply> answer(AsyncResult<Reply> result) {
        way.staysUntilBooked();
        return result.succeeded() ? Future.succeededFuture(result.result()) : Future.failedFuture(result.cause());
    }
}
