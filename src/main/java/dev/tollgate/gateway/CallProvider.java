package dev.tollgate.gateway;

import dev.tollgate.gateway.http.Answer;
import dev.tollgate.gateway.http.Bytes;
import dev.tollgate.gateway.http.Deadlines;
import dev.tollgate.gateway.http.HeaderRules;
import dev.tollgate.gateway.http.Joined;
import dev.tollgate.gateway.http.OpaqueRelay;
import dev.tollgate.gateway.http.Relay;
import dev.tollgate.gateway.http.StreamRelay;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Upstream;
import dev.tollgate.provider.UpstreamSettings;
import dev.tollgate.wire.Splice;
import dev.tollgate.wire.json.JsonOutline;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.StreamReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;

/**
 * Calls the provider: sends the request with only spliced what must change, and reads the answer's usage on its way. A
 * JSON answer up to a bound is complete before it goes on, so that its cost can stand in its head; everything else goes
 * on as it comes.
 */
public final class CallProvider implements Stage {
    private static final String EVENT_STREAM = "text/event-stream";
    private static final CharSequence IDENTITY = HttpHeaders.createOptimized("identity");
    private static final CharSequence LOOP_GUARD = HttpHeaders.createOptimized("x-tollgate-via");

    private final Upstream upstream;
    private final UpstreamSettings settings;
    private final Context context;
    private final Accounting accounting;
    private final String instanceId;
    private final int wholeBytesMax;

    /**
     * @param context the event loop
     * @param instanceId tells this process from others, so that a request that comes back to it is noticed
     * @param wholeBytesMax the largest JSON answer that is held until it is complete
     */
    public CallProvider(
            Upstream upstream,
            UpstreamSettings settings,
            Context context,
            Accounting accounting,
            String instanceId,
            int wholeBytesMax) {
        this.upstream = upstream;
        this.settings = settings;
        this.context = context;
        this.accounting = accounting;
        this.instanceId = instanceId;
        this.wholeBytesMax = wholeBytesMax;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        return new Call(exchange).start();
    }

    /** The body as it goes to the account: with the model's name there, and with usage asked for. */
    static Splice toSend(Exchange exchange, Candidate candidate) {
        String asked = exchange.body().facts().model();
        String model = candidate.model();
        String renamed = model != null && !model.equals(asked) ? model : null;
        return exchange.body().forward(renamed, asksForUsage(exchange, candidate), exchange.outputCap());
    }

    /** Whether Tollgate asks for the usage of a stream whose caller did not. */
    private static boolean asksForUsage(Exchange exchange, Candidate candidate) {
        Operation operation = exchange.path().operation();
        return operation.hasStreamOptions()
                && !candidate.account().style().usageUnasked()
                && exchange.body().facts().stream()
                && !exchange.body().facts().usageWanted();
    }

    /** Whether a stream is to say in its usage what it costs. */
    static boolean wantsCost(Exchange exchange) {
        return "cost".equalsIgnoreCase(exchange.header("x-tollgate-include"));
    }

    /** One call, from the request's head to the answer's end or to where it goes on by itself. */
    private final class Call {
        private final Exchange exchange;
        private final Candidate candidate;

        /** Its own, also when another one has followed. */
        private final Exchange.Attempt attempt;

        private final Promise<Reply> reply = Promise.promise();
        private Deadlines.@Nullable Deadline deadline;
        private @Nullable HttpClientRequest request;

        Call(Exchange exchange) {
            this.exchange = exchange;
            this.candidate = exchange.candidate();
            this.attempt = exchange.attempt();
        }

        Future<Reply> start() {
            upstream.open(
                            candidate.account(),
                            candidate.model(),
                            exchange.request().method(),
                            uri())
                    .onComplete(opened -> {
                        if (opened.succeeded()) {
                            send(opened.result());
                        } else {
                            fail(ProblemCode.UPSTREAM_UNREACHABLE, "can't be reached");
                        }
                    });
            return reply.future();
        }

        private String uri() {
            String query = exchange.query();
            return query == null ? exchange.path().rest() : exchange.path().rest() + "?" + query;
        }

        private void send(HttpClientRequest opened) {
            request = opened;
            if (exchange.isClientGone()) {
                dismiss(opened);
                reply.tryFail(new Problem(ProblemCode.UPSTREAM_CUT_OFF, "The client went away."));
                return;
            }
            Problem cutBy = exchange.cutBy();
            if (cutBy != null) {
                dismiss(opened);
                reply.tryFail(cutBy);
                return;
            }
            setHeaders(opened.headers());
            if (!mayGoOut()) {
                dismiss(opened);
                return;
            }
            long firstByteWithin = Math.min(settings.firstByteTimeout().toNanos(), exchange.firstByteWithinNanos());
            deadline = exchange.deadlines().in(firstByteWithin, this::expired);
            exchange.onClientGone(this::clientGone);
            exchange.onCut(this::fail);
            Buffer body = body();
            Future<HttpClientResponse> answered = body == null ? opened.send() : opened.send(body);
            answered.onComplete(answer -> {
                if (answer.succeeded()) {
                    receive(answer.result());
                } else {
                    fail(ProblemCode.UPSTREAM_CUT_OFF, "closed the connection before it answered");
                }
            });
        }

        /**
         * Whether spend was not stopped while the request waited, and the journal has it; nothing that may cost something
         * goes out before.
         */
        private boolean mayGoOut() {
            try {
                exchange.governed().refuseStopped(candidate);
                long now = System.nanoTime();
                attempt.sentNanos = now;
                exchange.lastWord().beforeSending(now);
                return true;
            } catch (Problem problem) {
                attempt.sentNanos = 0;
                reply.tryFail(problem);
                return false;
            }
        }

        /** Gives the connection back; a reset that nobody handles is logged as an error. */
        private static void dismiss(HttpClientRequest unsent) {
            unsent.exceptionHandler(_ -> {}).reset();
        }

        private void setHeaders(MultiMap headers) {
            Account account = candidate.account();
            MultiMap incoming = exchange.request().headers();
            HeaderRules.toProvider(incoming, headers, account.isShared());
            Upstream.authorize(headers, account);
            String via = incoming.get(LOOP_GUARD);
            headers.set(LOOP_GUARD, via == null ? instanceId : via + "," + instanceId);
            String accepted = incoming.get(HttpHeaders.ACCEPT_ENCODING);
            if (mustBeRead()) {
                headers.set(HttpHeaders.ACCEPT_ENCODING, IDENTITY);
            } else if (accepted != null) {
                headers.set(HttpHeaders.ACCEPT_ENCODING, accepted);
            }
        }

        private @Nullable Buffer body() {
            if (exchange.body().length() == 0 && exchange.request().method() == HttpMethod.GET) {
                return null;
            }
            return Upstream.body(toSend(exchange, candidate));
        }

        /** Answers of models say what they cost; those over a shared account name objects that get an owner. */
        private boolean mustBeRead() {
            return exchange.path().operation().runsModel()
                    || candidate.account().isShared();
        }

        private void receive(HttpClientResponse response) {
            attempt.firstByteNanos = System.nanoTime();
            attempt.status = response.statusCode();
            attempt.upstreamRequestId = response.getHeader("x-request-id");
            Answer answer = mustBeRead() ? Answer.inflated(response) : Answer.asIs(response);
            String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
            boolean isStream = type != null && (type.startsWith(EVENT_STREAM) || isStreamAsText(response, type));
            boolean isText = type == null || type.contains("json") || type.startsWith("text/");
            if (isStream && answer.isPlain()) {
                stream(answer);
            } else if (isText && !isStream) {
                hold(answer);
            } else {
                relay(
                        answer,
                        new OpaqueRelay(
                                paused(answer),
                                /* begun= */ null,
                                /* isReadToItsEnd= */ false,
                                exchange.deadlines(),
                                settings.idleTimeout().toNanos(),
                                this::count));
            }
        }

        /** Some compatible servers label the stream that they were asked for as plain text. */
        private boolean isStreamAsText(HttpClientResponse response, String type) {
            return exchange.body().facts().stream()
                    && response.statusCode() / 100 == 2
                    && type.startsWith("text/plain");
        }

        private void stream(Answer answer) {
            boolean wantsCost = wantsCost(exchange);
            StreamReader reader = new StreamReader(
                    attempt.reply,
                    asksForUsage(exchange, candidate) && !wantsCost,
                    wantsCost ? usage -> accounting.chargeOf(exchange, usage).toDollars() : null);
            relay(
                    answer,
                    new StreamRelay(
                            paused(answer),
                            reader,
                            exchange.path().operation() == Operation.RESPONSE,
                            context,
                            exchange.deadlines(),
                            settings.idleTimeout().toNanos(),
                            this::count));
        }

        /** Goes on with an answer that is too large to be held; its outline still says what it costs. */
        private void relayLarge(Answer answer, Buffer begun) {
            JsonOutline outline = new JsonOutline(wholeBytesMax);
            feed(outline, begun);
            OpaqueRelay relay = new OpaqueRelay(
                    paused(answer),
                    begun,
                    /* isReadToItsEnd= */ !exchange.body().facts().stream(),
                    exchange.deadlines(),
                    settings.idleTimeout().toNanos(),
                    chunk -> {
                        count(chunk);
                        feed(outline, chunk);
                    });
            relay.ended().onSuccess(_ -> {
                byte[] bytes = outline.toBytes();
                attempt.reply.read(bytes, 0, bytes.length);
            });
            relay(answer, relay);
        }

        private static void feed(JsonOutline outline, Buffer chunk) {
            Bytes bytes = Bytes.of(chunk);
            outline.feed(bytes.array(), bytes.start(), bytes.end());
        }

        private Answer paused(Answer answer) {
            answer.response().pause();
            cancelDeadline();
            return answer;
        }

        private void relay(Answer answer, Relay relay) {
            exchange.onClientGone(relay::clientGone);
            exchange.onCut((code, _) -> relay.breakOff(code));
            relay.ended().onSuccess(end -> {
                attempt.doneNanos = System.nanoTime();
                attempt.cutOff = end != Relay.End.COMPLETE;
                if (end == Relay.End.CLIENT_GONE) {
                    exchange.clientGone(); // the relay may be the first to notice
                }
            });
            reply.tryComplete(new Reply.Relayed(answer.response().statusCode(), headers(answer), relay));
        }

        /** Waits until the answer is complete, or turns out to be too large for that. */
        private void hold(Answer answer) {
            Joined held = new Joined();
            answer.read(
                    chunk -> {
                        postponeDeadline();
                        count(chunk);
                        held.add(chunk);
                        if (held.length() > exchange.heldBytesMax(wholeBytesMax)) {
                            relayLarge(answer, held.buffer());
                        }
                    },
                    () -> {
                        cancelDeadline();
                        attempt.doneNanos = System.nanoTime();
                        whole(answer, held.buffer());
                    },
                    () -> fail(ProblemCode.UPSTREAM_CUT_OFF, "broke off its answer"));
        }

        private void whole(Answer answer, Buffer body) {
            boolean isJson = readReply(answer, body);
            if (!isJson && mustBeJson(answer)) {
                fail(ProblemCode.UPSTREAM_INVALID_ANSWER, "answered with something that is not valid JSON");
            } else {
                reply.tryComplete(new Reply.Whole(answer.response().statusCode(), headers(answer), body));
            }
        }

        private boolean readReply(Answer answer, Buffer body) {
            if (!answer.isPlain()) {
                return true;
            }
            Bytes bytes = Bytes.of(body);
            return attempt.reply.read(bytes.array(), bytes.start(), bytes.end());
        }

        private boolean mustBeJson(Answer answer) {
            Operation operation = exchange.path().operation();
            return answer.response().statusCode() / 100 == 2
                    && operation.runsModel()
                    && operation != Operation.TRANSCRIPTION
                    && operation != Operation.SPEECH;
        }

        private MultiMap headers(Answer answer) {
            MultiMap headers = exchange.request().response().headers().clear(); // filled in place, not copied later
            HeaderRules.toCaller(
                    answer.response().headers(), headers, candidate.account().isShared());
            if (answer.isInflated()) {
                headers.remove(HttpHeaders.CONTENT_ENCODING);
            }
            return headers;
        }

        private void count(Buffer chunk) {
            attempt.responseBytes += chunk.length();
            if (attempt == exchange.attempt()) { // and not what comes after a failure
                exchange.answered(chunk);
            }
            exchange.lastWord().onProgress(System.nanoTime());
        }

        /** A call whose answer is not streamed is read to its end, so that its cost is known. */
        private void clientGone() {
            if (exchange.body().facts().stream()
                    && request != null
                    && !reply.future().isComplete()) {
                attempt.cutOff = true;
                fail(ProblemCode.UPSTREAM_CUT_OFF, "was still to answer when the client went away");
            }
        }

        private void expired() {
            fail(ProblemCode.UPSTREAM_TIMEOUT, "did not answer in time");
        }

        private void fail(ProblemCode code, String what) {
            cancelDeadline();
            attempt.cutOff = attempt.wasSent();
            if (!reply.future().isComplete()) {
                attempt.isLost = attempt.wasSent() && code.isUpstreams() && !exchange.isClientGone();
            }
            String message = "The provider " + candidate.account().provider() + " " + what + ".";
            boolean isNews = reply.tryFail(new Problem(code, message));
            if (isNews && request != null) {
                request.reset();
            }
        }

        private void postponeDeadline() {
            if (deadline != null) {
                deadline.postpone(settings.idleTimeout().toNanos());
            }
        }

        private void cancelDeadline() {
            if (deadline != null) {
                deadline.cancel();
            }
        }
    }
}
