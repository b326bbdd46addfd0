package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerWriter;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.Lane;
import dev.tollgate.ledger.journal.Room;
import dev.tollgate.ledger.journal.Ticket;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Books exactly one ledger entry for a request, whatever happened below. */
public final class KeepLedger implements Stage {
    private final Journal journal;
    private final Lane lane;
    private final LedgerWriter ledger;
    private final Accounting accounting;
    private final ExchangeRecord records;
    private final Observer observer;
    private final Function<Exchange, LedgerEntry> guess = this::guess;

    /** @param lane the event loop's own */
    public KeepLedger(
            Journal journal,
            Lane lane,
            LedgerWriter ledger,
            Accounting accounting,
            Origins origins,
            Observer observer) {
        this.journal = journal;
        this.lane = lane;
        this.ledger = ledger;
        this.accounting = accounting;
        this.records = new ExchangeRecord(origins);
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
        Ticket ticket = lane.admit(exchange.id());
        if (ticket == null) {
            throw noRoom();
        }
        exchange.kept(new LastWord(ticket, exchange, guess));
        return next.handle(exchange).transform(result -> {
            if (result.failed()) {
                bookFailure(exchange, ticket, result.cause());
                return Future.failedFuture(result.cause());
            }
            Reply reply = result.result();
            switch (reply) {
                case Reply.Whole whole ->
                    book(
                            exchange,
                            ticket,
                            whole.status(),
                            outcome(exchange, whole.status()),
                            null,
                            whole.body().length());
                case Reply.Relayed relayed ->
                    relayed.flow().ended().onSuccess(end -> {
                        Outcome outcome = switch (end) {
                            case COMPLETE -> outcome(exchange, relayed.status());
                            case CUT_OFF -> Outcome.CUT_OFF;
                            case CLIENT_GONE -> Outcome.CANCELLED;
                        };
                        book(exchange, ticket, relayed.status(), outcome, null, exchange.attempt().responseBytes);
                    });
            }
            return Future.succeededFuture(reply);
        });
    }

    private void bookFailure(Exchange exchange, Ticket ticket, Throwable failure) {
        ProblemCode code = failure instanceof Problem problem ? problem.code() : ProblemCode.INTERNAL_ERROR;
        boolean reached = exchange.attempt().wasSent();
        Outcome outcome;
        if (exchange.isClientGone()) {
            outcome = Outcome.CANCELLED;
        } else if (code.isUpstreams() || (reached && exchange.attempt().cutOff)) {
            boolean brokeOff = reached && code != ProblemCode.UPSTREAM_INVALID_ANSWER;
            outcome = brokeOff ? Outcome.CUT_OFF : Outcome.FAILED;
        } else {
            outcome = Outcome.REFUSED;
        }
        book(exchange, ticket, code.status(), outcome, code, 0);
    }

    private static Outcome outcome(Exchange exchange, int status) {
        if (!exchange.attempt().wasSent()) {
            Reuse reuse = exchange.reuseOrNull();
            if (reuse != null) {
                return status < 400 ? reuse.outcome() : Outcome.UPSTREAM_ERROR;
            }
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

    private Problem noRoom() {
        return journal.room() == Room.State.AT_ITS_BOUND
                ? new Problem(
                        ProblemCode.LEDGER_FULL,
                        "The ledger's database has been away for so long that no more entries can wait; try again later.")
                : new Problem(
                        ProblemCode.JOURNAL_FULL,
                        "Tollgate has no room to write down what requests cost; try again later.");
    }

    /** Whether the provider's fault has left the caller without any answer. */
    private static boolean isLost(Exchange exchange, Outcome outcome) {
        return (outcome == Outcome.CUT_OFF || outcome == Outcome.FAILED) && exchange.attempt().isLost;
    }

    private void book(
            Exchange exchange,
            Ticket ticket,
            int status,
            Outcome outcome,
            @Nullable ProblemCode problem,
            long responseBytes) {
        Accounting.Account account = isLost(exchange, outcome) ? accounting.ofLost(exchange) : accounting.of(exchange);
        exchange.costs(account.cost().charge());
        LedgerEntry entry = records.of(exchange, account, outcome, status, problem, responseBytes);
        ledger.settle(ticket, LastWord.apart(exchange), entry);
        exchange.booked(entry);
        observer.booked(entry, exchange.header("traceparent"));
    }

    /** The entry of a request that is under way, for the case that nothing more is heard of it. */
    private LedgerEntry guess(Exchange exchange) {
        Exchange.Attempt attempt = exchange.attempt();
        return records.of(
                exchange,
                accounting.soFar(exchange),
                Outcome.INTERRUPTED,
                attempt.status,
                /* problem= */ null,
                attempt.responseBytes);
    }
}
