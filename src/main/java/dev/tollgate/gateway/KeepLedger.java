package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.EntryKind;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerEntry.Asked;
import dev.tollgate.ledger.LedgerEntry.Attempt;
import dev.tollgate.ledger.LedgerEntry.Consumed;
import dev.tollgate.ledger.LedgerEntry.End;
import dev.tollgate.ledger.LedgerEntry.Target;
import dev.tollgate.ledger.LedgerEntry.Timing;
import dev.tollgate.ledger.LedgerWriter;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Purpose;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Candidate;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.openai.ReplyReader;
import dev.tollgate.wire.openai.RequestBody;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Books exactly one ledger entry for a request, whatever happened below. */
public final class KeepLedger implements Stage {
    private final LedgerWriter ledger;
    private final Accounting accounting;
    private final Origins origins;
    private final Observer observer;

    public KeepLedger(LedgerWriter ledger, Accounting accounting, EndUsers endUsers, Observer observer) {
        this.ledger = ledger;
        this.accounting = accounting;
        this.origins = new Origins(endUsers);
        this.observer = observer;
    }

    /**
     * Is told of every entry that is booked, with the request's {@code traceparent} (W3C Trace Context) if it has one.
     * Called on event loops; must not block.
     */
    @FunctionalInterface
    public interface Observer {
        void booked(LedgerEntry entry, @Nullable String traceParent);
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        if (!ledger.hasRoom()) {
            throw new Problem(
                    ProblemCode.LEDGER_FULL,
                    "The ledger's database has been away for so long that no more entries can wait; try again later.");
        }
        return next.handle(exchange).transform(result -> {
            if (result.failed()) {
                bookFailure(exchange, result.cause());
                return Future.failedFuture(result.cause());
            }
            Reply reply = result.result();
            switch (reply) {
                case Reply.Whole whole ->
                    book(
                            exchange,
                            whole.status(),
                            outcome(exchange, whole.status()),
                            null,
                            whole.body().length());
                case Reply.Relayed relayed ->
                    relayed.relay().ended().onSuccess(end -> {
                        Outcome outcome = switch (end) {
                            case COMPLETE -> outcome(exchange, relayed.status());
                            case CUT_OFF -> Outcome.CUT_OFF;
                            case CLIENT_GONE -> Outcome.CANCELLED;
                        };
                        book(exchange, relayed.status(), outcome, null, exchange.attempt().responseBytes);
                    });
            }
            return Future.succeededFuture(reply);
        });
    }

    private void bookFailure(Exchange exchange, Throwable failure) {
        ProblemCode code = failure instanceof Problem problem ? problem.code() : ProblemCode.INTERNAL_ERROR;
        boolean reached = exchange.attempt().wasSent();
        Outcome outcome;
        if (exchange.isClientGone()) {
            outcome = Outcome.CANCELLED;
        } else if (code.isUpstreams()) {
            boolean brokeOff = reached && code != ProblemCode.UPSTREAM_INVALID_ANSWER;
            outcome = brokeOff ? Outcome.CUT_OFF : Outcome.FAILED;
        } else {
            outcome = Outcome.REFUSED;
        }
        book(exchange, code.status(), outcome, code, 0);
    }

    private static Outcome outcome(Exchange exchange, int status) {
        if (!exchange.attempt().wasSent()) {
            return status < 400 ? Outcome.LOCAL : Outcome.REFUSED;
        }
        if (exchange.isClientGone()) {
            return Outcome.CANCELLED;
        }
        return exchange.attempt().status < 400 && !saidError(exchange) ? Outcome.OK : Outcome.UPSTREAM_ERROR;
    }

    /** A stream that has begun well can only say by an event that it failed. */
    private static boolean saidError(Exchange exchange) {
        return exchange.path().operation().runsModel()
                && exchange.attempt().reply.hasError();
    }

    private void book(
            Exchange exchange, int status, Outcome outcome, @Nullable ProblemCode problem, long responseBytes) {
        Accounting.Account account = accounting.of(exchange);
        exchange.costs(account.cost().charge());
        List<String> flags = new ArrayList<>(account.flags());
        LedgerEntry entry = new LedgerEntry(
                exchange.id(),
                EntryKind.REQUEST,
                Purpose.SERVE,
                /* parentId= */ null,
                origins.of(exchange, flags),
                asked(exchange),
                target(exchange),
                attempts(exchange, outcome),
                new Consumed(account.usage(), exchange.attempt().reply.rawUsage()),
                account.cost(),
                end(exchange, status, outcome, problem),
                timing(exchange, responseBytes),
                /* mergedCount= */ 1,
                flags);
        ledger.add(entry);
        observer.booked(entry, exchange.header("traceparent"));
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
                /* route= */ null,
                /* queryType= */ null,
                /* difficulty= */ -1);
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
                /* region= */ null,
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
            return List.of();
        }
        long ended = attempt.doneNanos != 0 ? attempt.doneNanos : System.nanoTime();
        return List.of(new Attempt(
                candidate.account().id(),
                candidate.model(),
                outcome,
                attempt.status,
                attempt.wasSent() ? (ended - attempt.sentNanos) / 1_000 : 0));
    }

    /** Of a provider's error the kind and the code are kept, never its words, which may quote the prompt. */
    private static End end(Exchange exchange, int status, Outcome outcome, @Nullable ProblemCode problem) {
        String errorClass = null;
        String errorCode = null;
        if (problem != null) {
            errorClass = problem.type();
            errorCode = problem.label();
        } else if (outcome == Outcome.UPSTREAM_ERROR) {
            errorClass = errorClass(exchange.attempt().status);
            errorCode = exchange.attempt().reply.errorCode();
        }
        return new End(outcome, status, errorClass, errorCode, exchange.isClientGone(), /* cache= */ null);
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
                /* savedMicros= */ 0,
                body == null ? 0 : body.length(),
                responseBytes);
    }
}
