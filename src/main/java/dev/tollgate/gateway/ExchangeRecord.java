package dev.tollgate.gateway;

import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.EntryJson;
import dev.tollgate.ledger.EntryKind;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerEntry.Asked;
import dev.tollgate.ledger.LedgerEntry.Attempt;
import dev.tollgate.ledger.LedgerEntry.Consumed;
import dev.tollgate.ledger.LedgerEntry.End;
import dev.tollgate.ledger.LedgerEntry.Holds;
import dev.tollgate.ledger.LedgerEntry.Route;
import dev.tollgate.ledger.LedgerEntry.Target;
import dev.tollgate.ledger.LedgerEntry.Timing;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Purpose;
import dev.tollgate.limits.budget.Amounts;
import dev.tollgate.limits.budget.Hold;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Candidate;
import dev.tollgate.routing.Choice;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.openai.ReplyReader;
import dev.tollgate.wire.openai.RequestBody;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ledger entry of an exchange, from what the stages learned of it. */
final class ExchangeRecord {
    /** The flag of an entry whose request may have cost more than it says. */
    static final String IN_DOUBT = "in_doubt";

    /** Before the id of a budget or limit that let the request through, although it went beyond it. */
    private static final String BEYOND = "beyond:";

    private final Origins origins;

    ExchangeRecord(Origins origins) {
        this.origins = origins;
    }

    /**
     * @param status what the caller was answered
     * @param problem what was refused or failed, or null
     * @param responseBytes bytes of the answer's body
     */
    LedgerEntry of(
            Exchange exchange,
            Accounting.Account account,
            Outcome outcome,
            int status,
            @Nullable ProblemCode problem,
            long responseBytes) {
        Attribution attribution = origins.of(exchange);
        List<String> flags = new ArrayList<>(account.flags());
        flags.addAll(attribution.flags());
        Hold hold = exchange.attempt().wasSent() ? exchange.holdOrNull() : null;
        Amounts inDoubt = hold == null ? null : Doubt.atMost(exchange, hold, outcome);
        exchange.inDoubt(inDoubt);
        if (inDoubt != null) {
            flags.add(IN_DOUBT);
        }
        if (hold != null) {
            hold.exceeded().forEach(budget -> flags.add(BEYOND + budget.id()));
        }
        BeyondLimits beyond = exchange.beyondOrNull();
        if (beyond != null) {
            long outputOfEach = Math.ceilDiv(
                    account.usage().outputTokens(), exchange.body().facts().choices());
            long nanos = System.nanoTime() - exchange.startedNanos();
            beyond.of(outputOfEach, account.cost().charge(), nanos).forEach(limit -> flags.add(BEYOND + limit.id()));
        }
        return new LedgerEntry(
                exchange.id(),
                EntryKind.REQUEST,
                Purpose.SERVE,
                /* parentId= */ null,
                attribution.origin(),
                asked(exchange),
                target(exchange),
                attempts(exchange, outcome),
                new Consumed(account.usage(), exchange.attempt().reply.rawUsage()),
                account.cost(),
                end(exchange, status, outcome, problem),
                timing(exchange, responseBytes),
                /* mergedCount= */ 1,
                hold == null || hold.isEmpty()
                        ? null
                        : new Holds(hold.epoch(), hold.windowIds(), hold.amountsUpTo(inDoubt)),
                flags);
    }

    /**
     * An attempt that failed and may have been billed, as it is booked by itself, because another one follows. Whatever is
     * said of the request is said with that, only what it may have cost is said here.
     */
    Exchange.Apart apart(Exchange exchange, Accounting.Account account, Outcome outcome, ProblemCode problem) {
        List<String> flags = new ArrayList<>(account.flags());
        Hold hold = exchange.holdOrNull();
        Amounts most = hold == null ? null : Doubt.atMost(exchange, hold, outcome);
        Amounts inDoubt = most == null ? null : most.ofNoRequest();
        if (inDoubt != null) {
            flags.add(IN_DOUBT);
        }
        LedgerEntry entry = new LedgerEntry(
                exchange.id().ofAttempt(exchange.failedAttempts().size() + 1),
                EntryKind.ATTEMPT,
                Purpose.SERVE,
                exchange.id(),
                origins.of(exchange).origin(),
                asked(exchange),
                target(exchange),
                List.of(),
                new Consumed(account.usage(), exchange.attempt().reply.rawUsage()),
                account.cost(),
                new End(
                        outcome,
                        exchange.attempt().status,
                        problem.type(),
                        problem.label(),
                        /* clientGone= */ false,
                        /* cache= */ null),
                new Timing(0, -1, 0, 0, exchange.attempt().responseBytes),
                /* mergedCount= */ 1,
                hold == null || hold.isEmpty()
                        ? null
                        : new Holds(hold.epoch(), hold.windowIds(), hold.amountsUpTo(inDoubt)),
                flags);
        return new Exchange.Apart(entry, EntryJson.bytes(entry), hold, inDoubt);
    }

    private static Asked asked(Exchange exchange) {
        RequestBody body = exchange.bodyOrNull();
        RequestFacts facts = body == null ? RequestFacts.NONE : body.facts();
        String callerRequestId = exchange.header("x-client-request-id");
        return new Asked(
                exchange.path().operation().label(),
                facts.stream(),
                facts.model(),
                facts.serviceTier(),
                callerRequestId != null ? callerRequestId : exchange.header("x-request-id"),
                route(exchange),
                /* queryType= */ null,
                /* difficulty= */ -1);
    }

    private static @Nullable Route route(Exchange exchange) {
        Choice.Routed<Candidate> routed = exchange.routedOrNull();
        return routed == null
                ? null
                : new Route(
                        routed.route().name(),
                        routed.route().version(),
                        at(routed, exchange.candidateOrNull()),
                        /* experimentArm= */ null);
    }

    /** Where the candidate is written that was tried last. */
    private static @Nullable String at(Choice.Routed<Candidate> routed, @Nullable Candidate tried) {
        for (int i = 0; tried != null && i < routed.places().size(); i++) {
            if (tried.isAt(routed.places().get(i))) {
                return routed.at().get(i);
            }
        }
        return null;
    }

    private static @Nullable Target target(Exchange exchange) {
        Candidate candidate = exchange.candidateOrNull();
        if (candidate == null || !exchange.attempt().wasSent()) {
            return null;
        }
        Account account = candidate.account();
        ReplyReader reply = exchange.attempt().reply;
        return new Target(
                account.provider(),
                account.id(),
                account.region(),
                exchange.path().deployment(),
                account.simulated(),
                account.payer(),
                candidate.model(),
                reply.model(),
                reply.serviceTier(),
                exchange.attempt().upstreamRequestId);
    }

    /** The calls that reached a provider, or failed to. */
    private static List<Attempt> attempts(Exchange exchange, Outcome outcome) {
        Candidate candidate = exchange.candidateOrNull();
        Exchange.Attempt attempt = exchange.attempt();
        if (candidate == null || (!attempt.wasSent() && outcome != Outcome.FAILED)) {
            return exchange.failedAttempts();
        }
        Attempt last = attempt(exchange, candidate, outcome);
        if (exchange.failedAttempts().isEmpty()) {
            return List.of(last);
        }
        List<Attempt> all = new ArrayList<>(exchange.failedAttempts());
        all.add(last);
        return all;
    }

    /** The attempt that is under way or has just ended. */
    static Attempt attempt(Exchange exchange, Candidate candidate, Outcome outcome) {
        return attempt(exchange, candidate, outcome, /* bookedAs= */ null);
    }

    /** @param bookedAs where it is booked, if that is not with the request */
    static Attempt attempt(Exchange exchange, Candidate candidate, Outcome outcome, @Nullable RequestId bookedAs) {
        Exchange.Attempt attempt = exchange.attempt();
        long ended = attempt.doneNanos != 0 ? attempt.doneNanos : System.nanoTime();
        return new Attempt(
                candidate.account().id(),
                candidate.model(),
                outcome,
                attempt.status,
                attempt.wasSent() ? (ended - attempt.sentNanos) / 1_000 : 0,
                bookedAs);
    }

    /** Of a provider's error the kind and the code are kept, never its words, which may quote the prompt. */
    private static End end(Exchange exchange, int status, Outcome outcome, @Nullable ProblemCode problem) {
        String errorClass = null;
        String errorCode = null;
        if (problem != null) {
            errorClass = problem.type();
            errorCode = problem.label();
        } else if (outcome == Outcome.UPSTREAM_ERROR) {
            errorClass = errorClass(exchange.attempt().wasSent() ? exchange.attempt().status : status);
            errorCode = exchange.attempt().reply.errorCode();
        }
        Reuse reuse = exchange.reuseOrNull();
        return new End(
                outcome,
                status,
                errorClass,
                errorCode,
                exchange.hasClientLeft(),
                reuse == null ? null : reuse.reused());
    }

    private static String errorClass(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            default -> status / 100 == 4 ? "invalid_request_error" : "upstream_error";
        };
    }

    private static Timing timing(Exchange exchange, long responseBytes) {
        Exchange.Attempt attempt = exchange.attempt();
        RequestBody body = exchange.bodyOrNull();
        long started = exchange.startedNanos();
        return new Timing(
                (System.nanoTime() - started) / 1_000,
                attempt.firstByteNanos == 0 ? -1 : (attempt.firstByteNanos - started) / 1_000,
                exchange.reuseOrNull() == null ? 0 : exchange.reuseOrNull().savedMicros(),
                body == null ? 0 : body.length(),
                responseBytes);
    }
}
