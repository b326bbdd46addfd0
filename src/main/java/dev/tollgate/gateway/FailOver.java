package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Failure;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.Load;
import dev.tollgate.routing.RetryBudget;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes on to the next candidate of a route where one has failed and it is known that the attempt costs nothing: the
 * provider could not be reached, or answered with an error. An attempt that ended in silence may have been billed, and is
 * the last. Takes note of how candidates fare.
 */
public final class FailOver implements Stage {
    /** How slow a failure looks to a route that prefers what is fast. */
    private static final long FAILURE_NANOS = 5_000_000_000L;

    private static final int SECONDS_DIGITS_MAX = 4;

    private final AccountPlaces places;
    private final AccountRoom room;
    private final RetryBudget retries;
    private final LongSupplier nanoTime;
    private final DoubleSupplier jitter;

    /** @param jitter 0 to before 1, by chance */
    FailOver(
            AccountPlaces places, AccountRoom room, RetryBudget retries, LongSupplier nanoTime, DoubleSupplier jitter) {
        this.places = places;
        this.room = room;
        this.retries = retries;
        this.nanoTime = nanoTime;
        this.jitter = jitter;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        var routed = exchange.routedOrNull();
        if (routed == null) {
            return next.handle(exchange);
        }
        retries.request();
        return new Journey(exchange, ofOnePayer(exchange, routed.places()), next).from(0);
    }

    /** The candidates over accounts of the same owner as the first: who pays is not changed by a failure. */
    private static List<Candidate> ofOnePayer(Exchange exchange, List<Candidate> candidates) {
        Owner owner = candidates.getFirst().account().owner();
        return candidates.stream()
                .filter(candidate -> candidate.account().owner().equals(owner))
                .map(candidate -> ChooseAccount.withCallersKey(exchange, candidate))
                .toList();
    }

    /** A request on its way from candidate to candidate. */
    private final class Journey {
        private final Exchange exchange;
        private final List<Candidate> candidates;
        private final Next next;

        /** Without the limits of accounts, which each attempt adds for its own. */
        private final Governed governed;

        Journey(Exchange exchange, List<Candidate> candidates, Next next) {
            this.exchange = exchange;
            this.candidates = candidates;
            this.next = next;
            this.governed = exchange.governed();
        }

        Future<Reply> from(int turn) {
            exchange.governedBy(governed);
            return room.takeFirst(exchange, candidates, turn).compose(this::attempt);
        }

        private Future<Reply> attempt(int turn) {
            exchange.chosen(candidates.get(turn));
            Load load =
                    places.load(exchange.candidate()); // a key that a caller brought says nothing of the account's own
            load.began(nanoTime.getAsLong());
            return next.handle(exchange).transform(result -> {
                Failure failure = failure(exchange, result);
                note(exchange, result, load, failure);
                boolean isLast = turn + 1 == candidates.size() || exchange.isClientGone() || isBound(exchange);
                if (!isLast && failure.leadsElsewhere() && isFree(exchange, result) && retries.tryTake()) {
                    load.ended();
                    Outcome outcome = exchange.attempt().wasSent() ? Outcome.UPSTREAM_ERROR : Outcome.FAILED;
                    exchange.tryAgain(
                            ExchangeRecord.attempt(exchange, exchange.candidate(), outcome), nanoTime.getAsLong());
                    return from(turn + 1);
                }
                exchange.onBooked(_ -> load.ended());
                return result.succeeded()
                        ? Future.succeededFuture(result.result())
                        : Future.failedFuture(result.cause());
            });
        }
    }

    /** Whether it names objects, which are on one account only. */
    private static boolean isBound(Exchange exchange) {
        return !exchange.body().facts().references().isEmpty();
    }

    /** Whether the attempt is known to cost nothing: nothing was sent, or an error was answered and has come in whole. */
    private static boolean isFree(Exchange exchange, AsyncResult<Reply> result) {
        return !exchange.attempt().wasSent()
                || (exchange.attempt().status >= 400 && result.result() instanceof Reply.Whole);
    }

    private static Failure failure(Exchange exchange, AsyncResult<Reply> result) {
        if (result.succeeded()) {
            return exchange.attempt().wasSent()
                    ? Failure.of(
                            exchange.attempt().status, exchange.attempt().reply.errorCode())
                    : Failure.NONE;
        }
        boolean isUpstreams =
                result.cause() instanceof Problem problem && problem.code().isUpstreams() && !exchange.isClientGone();
        return isUpstreams ? Failure.OF_PLACE : Failure.OF_REQUEST;
    }

    private void note(Exchange exchange, AsyncResult<Reply> result, Load load, Failure failure) {
        long now = nanoTime.getAsLong();
        Exchange.Attempt attempt = exchange.attempt();
        if (failure == Failure.OF_PLACE) {
            load.failed(now, jitter.getAsDouble());
            load.seen(FAILURE_NANOS, now);
            long pause = pauseNanos(result);
            if (pause > 0) {
                load.pause(now, pause);
            }
        } else if (attempt.firstByteNanos != 0) {
            load.succeeded();
            load.seen(attempt.firstByteNanos - attempt.sentNanos, now);
        } else {
            load.unknown(now);
        }
    }

    /** How long the provider has asked to be left alone, by {@code Retry-After} in seconds; 0 where it has not. */
    private static long pauseNanos(AsyncResult<Reply> result) {
        String asked = result.succeeded() ? result.result().headers().get(HttpHeaders.RETRY_AFTER) : null;
        return isSeconds(asked) ? TimeUnit.SECONDS.toNanos(Long.parseLong(asked)) : 0;
    }

    private static boolean isSeconds(@Nullable String text) {
        return text != null
                && !text.isEmpty()
                && text.length() <= SECONDS_DIGITS_MAX
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
