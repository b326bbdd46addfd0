package dev.tollgate.gateway;

import dev.tollgate.gateway.RetryPolicy.WithoutRoute;
import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.Choice;
import dev.tollgate.routing.RetryBudget;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Has a request served that fails: by the next candidate of its route, or by the same place a moment later. An attempt that
 * was answered with an error costs nothing; one that ended in silence may have been billed, and is booked by itself when
 * another one follows. Lets no more requests to a place than may be there.
 */
public final class FailOver implements Stage {
    private final Parts parts;
    private final RetryPolicy policy;

    /**
     * What it is made of.
     *
     * @param jitter 0 to before 1, by chance
     */
    record Parts(
            Accounts accounts,
            AccountPlaces places,
            AccountRoom room,
            RetryBudget retries,
            RetryCounts counts,
            Accounting accounting,
            ExchangeRecord records,
            InstantSource clock,
            LongSupplier nanoTime,
            DoubleSupplier jitter,
            Pauses pauses) {
        long now() {
            return nanoTime.getAsLong();
        }
    }

    /** Waits, on the request's event loop. */
    @FunctionalInterface
    interface Pauses {
        Future<Void> of(long nanos);
    }

    FailOver(Parts parts, RetryPolicy policy) {
        this.parts = parts;
        this.policy = policy;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        Choice.Routed<Candidate> routed = exchange.routedOrNull();
        if (routed != null) {
            parts.retries.request();
            return new Journey(
                            exchange, ofOnePayer(exchange, routed.places()), /* isRouted= */ true, parts, policy, next)
                    .from(0);
        }
        boolean isLeftAlone = policy.withoutRoute() == WithoutRoute.NONE && !policy.isBounded();
        if (isLeftAlone || !exchange.path().operation().runsModel() || exchange.touchedOrNull() != null) {
            return next.handle(exchange);
        }
        parts.retries.request();
        if (policy.isBounded()) {
            return withoutRoute(exchange, next).first();
        }
        Future<Reply> first = next.handle(exchange); // nothing more is made as long as all goes well
        return first.transform(result -> result.succeeded() && result.result().status() < 400
                ? first
                : withoutRoute(exchange, next).ended(result));
    }

    private Journey withoutRoute(Exchange exchange, Next next) {
        return new Journey(exchange, alike(exchange), /* isRouted= */ false, parts, policy, next);
    }

    /** The account that was chosen, and those that share its requests. */
    private List<Candidate> alike(Exchange exchange) {
        Candidate chosen = exchange.candidate();
        Accounts.Choice.Found found = exchange.foundOrNull();
        if (found == null || !ChooseAccount.isMovable(exchange)) {
            return List.of(chosen);
        }
        List<Candidate> alike = new ArrayList<>(List.of(chosen));
        for (Candidate other : parts.accounts.alike(found)) {
            if (!other.account().id().equals(chosen.account().id())) {
                alike.add(other);
            }
        }
        return alike;
    }

    /** The candidates over accounts of the same owner as the first: who pays is not changed by a failure. */
    private static List<Candidate> ofOnePayer(Exchange exchange, List<Candidate> candidates) {
        Owner owner = candidates.getFirst().account().owner();
        List<Candidate> same = new ArrayList<>(candidates.size());
        for (Candidate candidate : candidates) {
            if (candidate.account().owner().equals(owner)) {
                same.add(ChooseAccount.withCallersKey(exchange, candidate));
            }
        }
        return same;
    }
}
