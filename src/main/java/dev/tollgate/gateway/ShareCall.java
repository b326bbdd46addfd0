package dev.tollgate.gateway;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.inflight.Party;
import dev.tollgate.cache.inflight.Seat;
import dev.tollgate.gateway.http.Flow;
import dev.tollgate.gateway.http.Relay;
import dev.tollgate.gateway.http.SharedFlow;
import dev.tollgate.gateway.http.SharedOutlet;
import dev.tollgate.gateway.http.StreamRelay;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Failures;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerResponse;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has requests that may share an answer, and are under way at the same time, share one call. The first one makes it and
 * pays for it, even if its client leaves; the others get what it gets, for nothing. Where it comes to nothing that need not
 * be theirs, too, the next one makes the call, with a hold of its own. A call goes on as long as somebody listens.
 */
public final class ShareCall implements Stage {
    private final CallsInFlight inFlight;
    private final Context context;
    private final long idleNanos;

    /** @param idleNanos how long a client may take nothing of an answer */
    ShareCall(CallsInFlight inFlight, Context context, long idleNanos) {
        this.inFlight = inFlight;
        this.context = context;
        this.idleNanos = idleNanos;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        CacheKey key = exchange.cacheKeyOrNull();
        return key == null // a dry run has none, either
                ? next.handle(exchange)
                : new Request(exchange, next).join(CallsInFlight.Likeness.of(key, exchange));
    }

    /** One request, whether it makes the call or listens to another's. */
    private final class Request implements Party<SharedAnswer> {
        private final Exchange exchange;
        private final Next next;
        private final Promise<Reply> reply = Promise.promise();
        private final long joinedNanos = System.nanoTime();
        private @Nullable Seat<SharedAnswer> taken;
        private @Nullable SharedFlow flow;
        private @Nullable SharedOutlet outlet;
        private boolean isAlone;

        Request(Exchange exchange, Next next) {
            this.exchange = exchange;
            this.next = next;
        }

        Future<Reply> join(CallsInFlight.Likeness likeness) {
            taken = inFlight.calls().join(likeness, this);
            if (seat().isLeading()) {
                makeCall();
            } else {
                waitForAnswer();
            }
            return reply.future();
        }

        private Seat<SharedAnswer> seat() {
            return Objects.requireNonNull(taken, "no seat is taken yet");
        }

        @Override
        public void execute(Runnable task) {
            context.runOnContext(_ -> task.run());
        }

        /** Has it booked even if Tollgate is killed meanwhile. */
        private void waitForAnswer() {
            exchange.onClientGone(() -> giveUp(new Problem(ProblemCode.UPSTREAM_CUT_OFF, "The client went away.")));
            exchange.onCut((code, what) -> giveUp(new Problem(code, "The provider " + what + ".")));
            try {
                exchange.lastWord().beforeSending(joinedNanos);
            } catch (Problem problem) {
                giveUp(problem);
            }
        }

        private void giveUp(Problem problem) {
            seat().leave();
            reply.tryFail(problem);
        }

        @Override
        public void begin(SharedAnswer answer) {
            if (reply.future().isComplete()) {
                return;
            }
            exchange.waited(System.nanoTime() - joinedNanos);
            switch (answer.content()) {
                case SharedAnswer.Whole whole -> {
                    Reuse reuse = answer.reuse(joinedNanos);
                    endsWaiting();
                    exchange.cacheStatus(CacheStatus.HIT_COALESCED);
                    exchange.reuses(reuse);
                    reply.complete(whole.reply(reuse));
                }
                case SharedAnswer.Flowing(SharedAnswer.Head head, SharedFlow.Form form) -> {
                    SharedFlow listened = flow(form, exchange.attempt()::sent);
                    listened.ended().onSuccess(end -> {
                        if (end == Flow.End.COMPLETE) {
                            exchange.reuses(answer.reuse(joinedNanos));
                        }
                    });
                    exchange.cacheStatus(CacheStatus.HIT_COALESCED);
                    exchange.onClientGone(listened::clientGone);
                    exchange.onCut((code, _) -> listened.breakOff(code));
                    reply.complete(new Reply.Relayed(head.status(), head.headers(), listened));
                }
                case SharedAnswer.Failed(Problem problem) -> giveUp(problem);
            }
        }

        private SharedFlow flow(SharedFlow.Form form, IntConsumer onSent) {
            SharedFlow listened = new SharedFlow(seat(), form, exchange.deadlines(), idleNanos, onSent);
            listened.ended().onSuccess(end -> {
                if (end == Flow.End.CLIENT_GONE) {
                    exchange.clientGone(); // it may be the first to notice
                }
            });
            flow = listened;
            return listened;
        }

        @Override
        public void wake() {
            if (flow != null) {
                flow.wake();
            }
        }

        @Override
        public void fallBehind() {
            if (flow != null) {
                flow.breakOff(ProblemCode.FELL_BEHIND);
            }
        }

        private void endsWaiting() {
            exchange.onClientGone(() -> {});
            exchange.onCut((_, _) -> {});
        }

        @Override
        public void lead() {
            if (reply.future().isComplete()) {
                seat().decline();
                return;
            }
            exchange.waited(System.nanoTime() - joinedNanos);
            endsWaiting();
            makeCall();
        }

        private void makeCall() {
            exchange.isSharedBy(seat()::leave);
            exchange.onCapped(() -> passOn(null));
            next.handle(exchange).onComplete(this::answered);
        }

        @Override
        public void goAlone() {
            if (!reply.future().isComplete()) {
                exchange.waited(System.nanoTime() - joinedNanos);
                endsWaiting();
                next.handle(exchange).onComplete(reply);
            }
        }

        /** Keeps what comes of the call to itself, and has somebody else make another. */
        private void passOn(@Nullable SharedAnswer forAll) {
            if (!isAlone) {
                isAlone = true;
                seat().passOn(forAll);
                exchange.isSharedByNobody();
            }
        }

        private void answered(AsyncResult<Reply> result) {
            if (isAlone) {
                reply.handle(result);
            } else if (result.failed()) {
                passOn(
                        result.cause() instanceof Problem problem
                                        && problem.code().isUpstreams()
                                ? new SharedAnswer(new SharedAnswer.Failed(problem), exchange.startedNanos())
                                : null);
                reply.fail(result.cause());
            } else if (result.result() instanceof Reply.Whole whole) {
                answered(whole);
            } else if (result.result() instanceof Reply.Relayed relayed
                    && relayed.status() < 400
                    && relayed.flow() instanceof Relay call) {
                answered(relayed, call);
            } else {
                passOn(null);
                reply.complete(result.result());
            }
        }

        /** The others are told after it is booked, so that they know what they have saved. */
        private void answered(Reply.Whole whole) {
            SharedAnswer answer =
                    shared(new SharedAnswer.Whole(head(whole), whole.body().getBytes()));
            if (failures()
                    .of(whole.status(), exchange.attempt().reply.errorCode())
                    .leadsElsewhere()) {
                passOn(answer);
                reply.complete(whole);
                return;
            }
            try {
                reply.complete(whole);
            } finally {
                seat().settle(answer);
            }
        }

        private void answered(Reply.Relayed relayed, Relay call) {
            SharedFlow.Form form = form(call);
            SharedFlow own = flow(form, _ -> {});
            SharedOutlet out = new SharedOutlet(seat(), call);
            outlet = out;
            exchange.isSharedBy(() -> {
                own.clientGone();
                return seat().leave();
            });
            seat().begin(shared(new SharedAnswer.Flowing(head(relayed), form)));
            try {
                reply.complete(new Reply.Relayed(relayed.status(), relayed.headers(), new LeadersFlow(call, own)));
            } finally {
                call.sendTo(out);
            }
        }

        private Failures failures() {
            Candidate asked = exchange.candidateOrNull();
            return asked == null ? Failures.USUAL : asked.account().style().failures();
        }

        private SharedAnswer.Head head(Reply answered) {
            return SharedAnswer.Head.of(answered, exchange.candidateOrNull());
        }

        private SharedAnswer shared(SharedAnswer.Content content) {
            SharedAnswer answer = new SharedAnswer(content, exchange.startedNanos());
            exchange.onBooked(answer::isPaidBy);
            return answer;
        }

        private SharedFlow.Form form(Relay call) {
            if (!(call instanceof StreamRelay)) {
                return SharedFlow.Form.OPAQUE;
            }
            return exchange.path().operation() == Operation.RESPONSE
                    ? SharedFlow.Form.TYPED_EVENTS
                    : SharedFlow.Form.EVENTS;
        }

        @Override
        public void resume() {
            if (outlet != null) {
                outlet.resume();
            }
        }

        @Override
        public void abandon() {
            exchange.abandon();
        }
    }

    /** The answer to the one who pays: it is booked when the call has ended, wherever its own client is by then. */
    private record LeadersFlow(Relay call, SharedFlow own) implements Flow {
        @Override
        public void sendTo(HttpServerResponse response) {
            own.sendTo(response);
        }

        @Override
        public Future<End> ended() {
            return call.ended();
        }

        @Override
        public Future<?> sent() {
            return Future.join(call.ended(), own.ended());
        }

        @Override
        public void clientGone() {
            own.clientGone();
        }
    }
}
