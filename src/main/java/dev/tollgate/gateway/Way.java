package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Failure;
import dev.tollgate.routing.Load;
import dev.tollgate.wire.openai.RequestBody;
import io.vertx.core.AsyncResult;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The places that a request may go to, which of them are open to it, how they fare, and how much time it has left. */
final class Way {
    /** Client libraries made from OpenAI's descriptions say in it after how many seconds they give up. */
    private static final String CLIENTS_TIMEOUT = "x-stainless-timeout";

    private static final int SECONDS_DIGITS_MAX = 6;

    /** How slow a failure looks to a route that prefers what is fast. */
    private static final long FAILURE_NANOS = 5_000_000_000L;

    private static final long MILLISECOND = 1_000_000;

    private final Exchange exchange;
    private final List<Candidate> candidates;
    private final boolean isRouted;
    private final FailOver.Parts parts;
    private final RetryPolicy policy;

    /** As the caller sent it; an attempt may have it ask for less. */
    private final RequestBody body;

    private int turn;
    private @Nullable Load load;

    /** Places that it does not go back to. */
    private @Nullable BitSet out;

    private AccountRoom.Answer.@Nullable Full full;

    Way(Exchange exchange, List<Candidate> candidates, boolean isRouted, FailOver.Parts parts, RetryPolicy policy) {
        this.exchange = exchange;
        this.candidates = candidates;
        this.isRouted = isRouted;
        this.parts = parts;
        this.policy = policy;
        this.body = exchange.body();
    }

    List<Candidate> candidates() {
        return candidates;
    }

    int turn() {
        return turn;
    }

    /** Undoes what an attempt has made of the request. */
    void asItCame() {
        exchange.governedAnywhere();
        exchange.read(body);
    }

    /** How busy a place is; null where nobody has to know, as of one that a caller's own key opens. */
    private @Nullable Load load(int place) {
        Candidate candidate = candidates.get(place);
        boolean isWatched =
                (isRouted || policy.isBounded()) && !candidate.account().callersKey();
        return isWatched ? parts.places().load(candidate) : null;
    }

    /** Whether a place lets it in; then it is there until it leaves. */
    boolean lets(int place) {
        Load there = load(place);
        if (there == null) {
            load = null;
            return true;
        }
        Load.Entry entry = isRouted
                ? there.tryBegin(parts.now(), policy.callsMost())
                : there.tryEnter(policy.callsMost()) ? Load.Entry.BEGUN : Load.Entry.FULL;
        if (entry == Load.Entry.FULL) {
            parts.counts().add(RetryCounts.Kind.PLACE_FULL);
        }
        load = entry == Load.Entry.BEGUN ? there : null;
        return load != null;
    }

    /** It did not go there after all. */
    void turnsBack() {
        if (load != null) {
            load.unknown(parts.now());
            leaves();
        }
    }

    /** It is no longer where it was. */
    void leaves() {
        if (load != null) {
            load.ended();
            load = null;
        }
    }

    /** It is there until all of the answer has gone by. */
    void staysUntilBooked() {
        Load there = load;
        if (there != null) {
            exchange.onBooked(_ -> there.ended());
        }
    }

    boolean isOut(int place) {
        return out != null && out.get(place);
    }

    /** It does not go back there; answers the next place that is open, or -1. */
    int out(int place) {
        if (out == null) {
            out = new BitSet(candidates.size());
        }
        out.set(place);
        return nextOpen(place + 1);
    }

    /** Whether there is any place that it may go back to. */
    boolean hasAny() {
        return out == null || out.cardinality() < candidates.size();
    }

    /** The first place from one on that would let it in, or -1. */
    int nextOpen(int from) {
        for (int place = from; place < candidates.size(); place++) {
            if (!isOut(place)) {
                Load there = load(place);
                boolean isShut = isRouted && there != null && there.isShut(parts.now());
                if (!isShut && (there == null || there.underWay() < policy.callsMost())) {
                    return place;
                }
            }
        }
        return -1;
    }

    /** Nanoseconds until a place may let it in that keeps all away at present. */
    long opensIn() {
        long soonest = Long.MAX_VALUE;
        for (int place = 0; place < candidates.size(); place++) {
            Load there = isOut(place) ? null : load(place);
            if (there != null) {
                soonest = Math.min(soonest, isRouted ? there.opensIn(parts.now()) : 0);
            }
        }
        return soonest == Long.MAX_VALUE ? 0 : soonest;
    }

    /** An account has no room for it. */
    void hasNoRoom(AccountRoom.Answer.Full answer) {
        full = full == null ? answer : full.orSooner(answer);
    }

    /** Why the account has no room that will have some first, or null where none was asked in vain. */
    @Nullable
    Problem noRoom() {
        return full == null ? null : full.why();
    }

    /** An attempt begins, and may take as long as is left, or less where there is another place. */
    void begins(int place) {
        turn = place;
        exchange.chosen(candidates.get(place));
        boolean isFirstOfOne =
                candidates.size() == 1 && exchange.failedAttempts().isEmpty();
        if (!isFirstOfOne) {
            long left = leftNanos();
            boolean isImpatient = exchange.body().facts().stream()
                    && exchange.apart().size() < policy.unknownMost()
                    && nextOpen(place + 1) >= 0;
            long within = isImpatient ? Math.min(left, policy.patience().toNanos()) : left;
            exchange.waitsForFirstByte(Math.max(MILLISECOND, within));
        }
    }

    /** Whether nobody waits for it any more, or its time is up. */
    boolean isOver() {
        return exchange.isClientGone() || exchange.cutBy() != null;
    }

    /** Whether it names objects, which are on one account only. */
    boolean isBound() {
        return !exchange.body().facts().references().isEmpty();
    }

    /** Whether an attempt after a pause would end in time, as the next place has answered of late. */
    boolean hasTime(long pauseNanos) {
        int place = nextOpen(0);
        Load there = place < 0 ? null : load(place);
        long usual = there == null ? 0 : there.usualDelay(parts.now());
        return Math.min(leftNanos(), clientsLeftNanos()) > pauseNanos + usual;
    }

    private long leftNanos() {
        long now = parts.now();
        return Math.min(exchange.leftNanos(now), policy.within().toNanos() - (now - exchange.startedNanos()));
    }

    private long clientsLeftNanos() {
        String seconds = exchange.header(CLIENTS_TIMEOUT);
        boolean isNumber = seconds != null
                && !seconds.isEmpty()
                && seconds.length() <= SECONDS_DIGITS_MAX
                && seconds.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber
                ? TimeUnit.SECONDS.toNanos(Long.parseLong(seconds)) - (parts.now() - exchange.startedNanos())
                : Long.MAX_VALUE;
    }

    /** Whether the attempt costs nothing: nothing was sent, or an error was answered, of which nothing has gone on. */
    boolean isFree(AsyncResult<Reply> result) {
        return !exchange.attempt().wasSent()
                || (exchange.attempt().status >= 400 && !(result.result() instanceof Reply.Relayed));
    }

    /** What the end of the attempt says. */
    Failure failure(AsyncResult<Reply> result) {
        Exchange.Attempt attempt = exchange.attempt();
        if (attempt.status != 0) {
            Failure answered =
                    exchange.candidate().account().style().failures().of(attempt.status, attempt.reply.errorCode());
            if (answered != Failure.NONE || result.succeeded()) {
                return answered;
            }
        }
        if (result.succeeded()) {
            return Failure.NONE;
        }
        boolean isUpstreams =
                result.cause() instanceof Problem problem && problem.code().isUpstreams() && !exchange.isClientGone();
        return isUpstreams ? Failure.OF_MOMENT : Failure.OF_REQUEST;
    }

    /** Takes note of how the place fares. */
    void note(AsyncResult<Reply> result, Failure failure) {
        if (load == null) {
            return;
        }
        long now = parts.now();
        Exchange.Attempt attempt = exchange.attempt();
        if (failure.isOfPlace()) {
            load.failed(now, parts.jitter().getAsDouble());
            load.seen(FAILURE_NANOS, now);
            long pause = result.succeeded()
                    ? RetryAfter.nanos(result.result().headers(), parts.clock().millis())
                    : 0;
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

    /** Every place is busy, or was not well a moment ago. */
    static Problem busy() {
        return new Problem(
                ProblemCode.PROVIDER_BUSY,
                "As many requests are under way at the provider as may be, or too many failed there; try again later.",
                /* param= */ null,
                Map.of("Retry-After", "1"),
                Map.of());
    }
}
