package dev.tollgate.gateway;

import dev.tollgate.bounds.Bound;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.gateway.http.Deadlines;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.limits.budget.Amounts;
import dev.tollgate.limits.budget.Hold;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.routing.Choice;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.openai.ApiPath;
import dev.tollgate.wire.openai.ReplyReader;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestBody.OutputCap;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the stages, and what they learned of it: typed fields that are set once. Used on one
 * event loop.
 */
public final class Exchange {
    private final RequestId id;
    private final long startedNanos;
    private final HttpServerRequest request;
    private final ApiPath path;
    private final Deadlines deadlines;

    private @Nullable Caller caller;
    private @Nullable String broughtKey;
    private @Nullable EffectiveSettings settings;
    private @Nullable RequestBody body;
    private @Nullable Attribution attribution;
    private @Nullable String modelToRun;
    private Choice.@Nullable Routed<Candidate> routed;
    private @Nullable Candidate candidate;
    private Accounts.Choice.@Nullable Found found;
    private @Nullable Governed governed;
    private @Nullable Governed governedAnywhere;
    private @Nullable MultiMap standing;
    private @Nullable BeyondLimits beyond;
    private @Nullable TouchedRules touched;
    private @Nullable Cut onCut;
    private @Nullable Problem cutBy;
    private long dueNanos;
    private boolean isDue;
    private long firstByteWithinNanos = Long.MAX_VALUE;
    private @Nullable Hold hold;
    private @Nullable Amounts inDoubt;
    private @Nullable BookedAction onBooked;
    private @Nullable AttemptAction onAttemptOver;
    private @Nullable LastWord lastWord;
    private @Nullable Money cost;
    private @Nullable String query;
    private @Nullable OutputCap outputCap;
    private long outputWithin = Long.MAX_VALUE;
    private @Nullable CacheKey cacheKey;
    private @Nullable CacheStatus cacheStatus;
    private @Nullable Reuse reuse;
    private Money savedBesides = Money.ZERO;
    private int heldBytesLeast;
    private List<AnswerWatch> watches = List.of();
    private Attempt attempt = new Attempt();
    private List<LedgerEntry.Attempt> failedAttempts = List.of();
    private List<Apart> apart = List.of();
    private long elsewhereNanos;
    private @Nullable BooleanSupplier leavesSharers;
    private @Nullable Runnable onCapped;
    private boolean clientLeft;
    private boolean clientGone;
    private @Nullable Runnable onClientGone;

    public Exchange(RequestId id, long startedNanos, HttpServerRequest request, ApiPath path, Deadlines deadlines) {
        this.id = id;
        this.startedNanos = startedNanos;
        this.request = request;
        this.path = path;
        this.deadlines = deadlines;
    }

    /** What became of the call to the provider. Times are {@link System#nanoTime} values, or 0 where not reached. */
    public static final class Attempt {
        long sentNanos;
        long firstByteNanos;
        long doneNanos;
        int status;

        @Nullable
        String upstreamRequestId;

        long responseBytes;

        /** More bytes of an answer have gone to the caller that another request's call brought. */
        void sent(int bytes) {
            responseBytes += bytes;
        }

        /** What the provider said in its answer. */
        final ReplyReader reply = new ReplyReader();
        /** Whether the provider was still to answer, or in the middle of it, when the call broke off. */
        boolean cutOff;

        /** Whether it came to nothing by the provider's fault: the caller got nothing of its answer. */
        boolean isLost;

        /** Whether a request went out, so that the provider may charge for it. */
        boolean wasSent() {
            return sentNanos != 0;
        }
    }

    public RequestId id() {
        return id;
    }

    public long startedNanos() {
        return startedNanos;
    }

    public HttpServerRequest request() {
        return request;
    }

    public ApiPath path() {
        return path;
    }

    public Deadlines deadlines() {
        return deadlines;
    }

    /** Who asks; known from the stage that identifies the caller on. */
    public Caller caller() {
        return Objects.requireNonNull(caller, "the caller is not identified yet");
    }

    /** Who asks, or null where that is not known. */
    public @Nullable Caller callerOrNull() {
        return caller;
    }

    void identified(Caller caller) {
        this.caller = caller;
    }

    /**
     * The caller's own key at the provider, which the request is to go over; empty where it should have one and hasn't, or
     * null where it goes over an account. It is kept no longer than the request, and reaches no log.
     */
    @Nullable
    String broughtKey() {
        return broughtKey;
    }

    void brings(String providerKey) {
        this.broughtKey = providerKey;
    }

    /** The feature that the request is for: what its key is bound to, or else what its header says; null for none. */
    public @Nullable String feature() {
        String bound = caller().feature();
        return bound != null ? bound : Labels.feature(header("x-tollgate-feature"));
    }

    /** What is set for the feature; known from the stage that reads the request on. */
    public EffectiveSettings settings() {
        return Objects.requireNonNull(settings, "the settings are not looked up yet");
    }

    void isSet(EffectiveSettings settings) {
        this.settings = settings;
    }

    /** The body; known from the stage that reads the request on. */
    public RequestBody body() {
        return Objects.requireNonNull(body, "the body is not read yet");
    }

    public @Nullable RequestBody bodyOrNull() {
        return body;
    }

    void read(RequestBody body) {
        this.body = body;
    }

    /** Whom the request comes from, or null before it was read. */
    @Nullable
    Attribution attributionOrNull() {
        return attribution;
    }

    void attributed(Attribution attribution) {
        this.attribution = attribution;
    }

    /** The rules that hold for it; known from the stage that limits use on. */
    Governed governed() {
        return Objects.requireNonNull(governed, "the rules are not looked up yet");
    }

    void governedBy(Governed rules) {
        governed = rules;
        governedAnywhere = rules;
    }

    /** For as long as it is with its account, whose limits are among them. */
    void governedHereBy(Governed rules) {
        governed = rules;
    }

    /** It leaves its account, and with it that one's rules. */
    void governedAnywhere() {
        governed = governedAnywhere;
    }

    /** Headers that tell the caller how the nearest limits stand, or null where there are none. */
    public @Nullable MultiMap standing() {
        return standing;
    }

    void standsAt(MultiMap headers) {
        standing = headers;
    }

    /** The limits that let it through although it goes beyond them. */
    BeyondLimits beyond() {
        if (beyond == null) {
            beyond = new BeyondLimits();
        }
        return beyond;
    }

    /** The same, or null where there are none that may be among them. */
    @Nullable
    BeyondLimits beyondOrNull() {
        return beyond;
    }

    /** What a dry run would touch; null for what is no dry run, and before limits are looked at. */
    @Nullable
    TouchedRules touchedOrNull() {
        return touched;
    }

    /** It is a dry run: it takes and holds nothing, and is answered with what it would touch. */
    void isDryRun(TouchedRules rules) {
        touched = rules;
    }

    /** Tells the caller something more in a header of the answer. */
    void tells(String header, String value) {
        if (standing == null) {
            standing = HttpHeaders.headers();
        }
        standing.set(header, value);
    }

    /** Ends the call to the provider before it has ended by itself. */
    @FunctionalInterface
    interface Cut {
        /** @param what the provider did or suffered, after its name: {@code had not answered in time} */
        void cut(ProblemCode code, String what);
    }

    /** How the call is ended before its time, from now on. */
    void onCut(Cut cut) {
        onCut = cut;
    }

    /** Ends the call to the provider, if there is one; none is begun from now on. */
    void cut(ProblemCode code, String what) {
        if (cutBy == null) {
            cutBy = new Problem(code, "The provider " + what + ".");
        }
        if (onCut != null) {
            onCut.cut(code, what);
        }
    }

    /** Why no call may begin any more, or null where one may. */
    @Nullable
    Problem cutBy() {
        return cutBy;
    }

    /** Says when its time is up; the earliest such time holds. */
    void isDueAt(long nanos) {
        dueNanos = isDue ? Math.min(dueNanos - nanos, 0) + nanos : nanos;
        isDue = true;
    }

    /** Nanoseconds that it has left, {@link Long#MAX_VALUE} where nothing bounds them. */
    long leftNanos(long nowNanos) {
        return isDue ? dueNanos - nowNanos : Long.MAX_VALUE;
    }

    /** How long the attempt that follows may wait for its answer to begin, if that is less than is set for all. */
    void waitsForFirstByte(long nanos) {
        firstByteWithinNanos = nanos;
    }

    long firstByteWithinNanos() {
        return firstByteWithinNanos;
    }

    /** What it may have used, as the entry that was made last says; null where that is known or nothing is held. */
    @Nullable
    Amounts inDoubt() {
        return inDoubt;
    }

    void inDoubt(@Nullable Amounts atMost) {
        inDoubt = atMost;
    }

    /** What is held of budgets, or null where nothing is. */
    @Nullable
    Hold holdOrNull() {
        return hold;
    }

    void holds(@Nullable Hold hold) {
        this.hold = hold;
    }

    /** What is to be done when the request's entry is in the journal. */
    @FunctionalInterface
    interface BookedAction {
        void booked(LedgerEntry entry);
    }

    /** Does something when the entry is in the journal, after what was asked for before. */
    void onBooked(BookedAction action) {
        BookedAction before = onBooked;
        onBooked = before == null
                ? action
                : entry -> {
                    before.booked(entry);
                    action.booked(entry);
                };
    }

    void booked(LedgerEntry entry) {
        BookedAction action = onBooked;
        onBooked = null;
        if (action != null) {
            action.booked(entry);
        }
        attemptOver(entry.usage());
    }

    /** What is to be done when an attempt is over. */
    @FunctionalInterface
    interface AttemptAction {
        /** @param used what it has used, as far as that is known */
        void over(Usage used);
    }

    /** Does something when this attempt is over: another one follows, or the request is booked. */
    void onAttemptOver(AttemptAction action) {
        AttemptAction before = onAttemptOver;
        onAttemptOver = before == null
                ? action
                : used -> {
                    before.over(used);
                    action.over(used);
                };
    }

    private void attemptOver(Usage used) {
        AttemptAction action = onAttemptOver;
        onAttemptOver = null;
        if (action != null) {
            action.over(used);
        }
    }

    /** Under what its answer may be shared with others that ask the same, or null where it may not be. */
    @Nullable
    CacheKey cacheKeyOrNull() {
        return cacheKey;
    }

    void mayShare(CacheKey key) {
        cacheKey = key;
    }

    /** What the cache did for it, or null where there is no cache for such requests. */
    public @Nullable CacheStatus cacheStatus() {
        return cacheStatus;
    }

    void cacheStatus(CacheStatus status) {
        cacheStatus = status;
    }

    /** How it was given the answer to another request, or null where it was not. */
    @Nullable
    Reuse reuseOrNull() {
        return reuse;
    }

    void reuses(Reuse how) {
        reuse = how;
    }

    /** What a part of its answer would have cost that was known. */
    Money savedBesides() {
        return savedBesides;
    }

    void savesBesides(Money saved) {
        savedBesides = saved;
    }

    /** The largest JSON answer that is held until it is complete; {@code usual} or more. */
    int heldBytesMax(int usual) {
        return Math.max(usual, heldBytesLeast);
    }

    /** Has its answer held until it is complete, up to so many bytes, because it has to be changed. */
    void holdsAnswerUpTo(int bytes) {
        heldBytesLeast = bytes;
    }

    /** Sees the provider's answer as it comes, plain and before anything is taken out of it. */
    interface AnswerWatch {
        /** Some of it; the bytes are the watcher's to read, not to change. */
        void came(Buffer chunk);

        /** What came was the answer to an attempt that has failed; another one follows. */
        void beginsAgain();
    }

    /** Shows somebody the provider's answer, too. */
    void watchAnswer(AnswerWatch watch) {
        if (watches.isEmpty()) {
            watches = new ArrayList<>(2);
        }
        watches.add(watch);
    }

    /** Says that some of the provider's answer has come. */
    void answered(Buffer chunk) {
        for (int i = 0; i < watches.size(); i++) {
            watches.get(i).came(chunk);
        }
    }

    /** The model to run in place of the one that was asked for, or null to run that. */
    @Nullable
    String modelToRun() {
        return modelToRun;
    }

    void runs(String otherModel) {
        modelToRun = otherModel;
    }

    /** Where its route leads, or null where it asks for none. */
    Choice.@Nullable Routed<Candidate> routedOrNull() {
        return routed;
    }

    void routed(Choice.Routed<Candidate> choice) {
        routed = choice;
    }

    /** The account that serves the request, or null before it is chosen and where none is needed. */
    public @Nullable Candidate candidateOrNull() {
        return candidate;
    }

    public Candidate candidate() {
        return Objects.requireNonNull(candidate, "no account is chosen yet");
    }

    void chosen(Candidate candidate) {
        this.candidate = candidate;
    }

    /** What it was chosen from, or null where it has a route or could only go to one account. */
    Accounts.Choice.@Nullable Found foundOrNull() {
        return found;
    }

    void found(Accounts.Choice.Found choice) {
        found = choice;
    }

    /** What stands in the journal; known from the stage that keeps the ledger on. */
    LastWord lastWord() {
        return Objects.requireNonNull(lastWord, "the request is not booked");
    }

    void kept(LastWord word) {
        lastWord = word;
    }

    public Attempt attempt() {
        return attempt;
    }

    /** Attempts before this one. */
    List<LedgerEntry.Attempt> failedAttempts() {
        return failedAttempts;
    }

    /**
     * An attempt that failed and may have been billed, and is booked by itself beside the request.
     *
     * @param json the entry as the journal has it
     * @param hold what was held for it, or null
     * @param inDoubt what it may have used; null where that is known
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Apart(
            LedgerEntry entry,
            byte[] json,
            @Nullable Hold hold,
            @Nullable Amounts inDoubt) {}

    /** The attempts that are booked by themselves. */
    List<Apart> apart() {
        return apart;
    }

    /** The attempt that a hold was for, where that is booked by itself, or else null. */
    @Nullable
    Apart apartOf(Hold of) {
        for (Apart each : apart) {
            if (each.hold == of) {
                return each;
            }
        }
        return null;
    }

    /**
     * Begins another attempt after one that cost nothing. Gives back what was held once the journal knows that nothing is
     * owed.
     *
     * @param failed what is kept of the one before, or null where it was none
     */
    void tryAgain(LedgerEntry.@Nullable Attempt failed, long nowNanos) {
        Attempt before = attempt;
        Hold held = hold;
        if (failed != null) {
            failedAttempts = with(failedAttempts, failed);
        }
        begins(Usage.NONE);
        tellJournal(before, nowNanos);
        if (held != null) {
            held.release();
        }
    }

    /**
     * Begins another attempt after one that may have been billed. What that may have used stays held until the request is
     * booked, and the journal has its entry before anything else is sent.
     */
    void tryAgainBeside(LedgerEntry.Attempt failed, Apart billed, long nowNanos) {
        Attempt before = attempt;
        failedAttempts = with(failedAttempts, failed);
        apart = with(apart, billed);
        begins(billed.entry.usage());
        tellJournal(before, nowNanos);
        if (billed.hold != null) {
            billed.hold.keepUpTo(billed.inDoubt == null ? HoldBudget.used(billed.entry) : billed.inDoubt);
        }
    }

    /** As if none had been before: nothing sent, nothing held, no cap fitted to the other place. */
    private void begins(Usage usedBefore) {
        attempt = new Attempt();
        watches.forEach(AnswerWatch::beginsAgain);
        outputCap = null;
        hold = null;
        inDoubt = null;
        attemptOver(usedBefore);
    }

    private void tellJournal(Attempt before, long nowNanos) {
        if (before.wasSent()) {
            elsewhereNanos += nowNanos - before.sentNanos;
            lastWord().beforeSending(nowNanos);
        }
    }

    private static <T> List<T> with(List<T> list, T more) {
        List<T> all = new ArrayList<>(list.size() + 1);
        all.addAll(list);
        all.add(more);
        return all;
    }

    /** What the request costs the caller, or null as long as that is not known. */
    public @Nullable Money cost() {
        return cost;
    }

    void costs(Money cost) {
        this.cost = cost;
    }

    /** Nanoseconds that were spent in Tollgate and not at the provider, up to {@code nowNanos}. */
    public long overheadNanos(long nowNanos) {
        long begunNanos = startedNanos + elsewhereNanos;
        if (!attempt.wasSent()) {
            return nowNanos - begunNanos;
        }
        long answered = attempt.doneNanos != 0 ? attempt.doneNanos : attempt.firstByteNanos;
        return answered == 0 ? attempt.sentNanos - begunNanos : nowNanos - begunNanos - (answered - attempt.sentNanos);
    }

    public boolean isClientGone() {
        return clientGone;
    }

    /** Whether the client has gone away, whoever else listens. */
    boolean hasClientLeft() {
        return clientLeft || clientGone;
    }

    /** Says that the client waits for the answer no more. */
    public void clientGone() {
        clientLeft = true;
        BooleanSupplier leaves = leavesSharers;
        if (leaves == null || leaves.getAsBoolean()) {
            abandon();
        }
    }

    /**
     * Others listen to the call as well, which goes on without the client as long as they do.
     *
     * @param leaves is told when the client leaves, and says whether nobody listens any more
     */
    void isSharedBy(BooleanSupplier leaves) {
        leavesSharers = leaves;
    }

    /** The call is for the client alone, from now on. */
    void isSharedByNobody() {
        leavesSharers = null;
        if (clientLeft) {
            abandon();
        }
    }

    /** Says that nobody waits for the answer any more. */
    void abandon() {
        clientGone = true;
        Runnable action = onClientGone;
        onClientGone = null;
        if (action != null) {
            action.run();
        }
    }

    /** What to do when the client goes away; at once where it has gone. */
    public void onClientGone(Runnable action) {
        if (clientGone) {
            action.run();
        } else {
            onClientGone = action;
        }
    }

    /** The query to send to the provider, or null: the caller's own unless another one was asked for. */
    public @Nullable String query() {
        return query != null ? query : request.query();
    }

    /** Asks the provider with another query than the caller's. */
    void ask(String query) {
        this.query = query;
    }

    /** The most output tokens of a choice that Tollgate lets it ask for, whatever the caller has; -1 for no bound. */
    long outputWithin() {
        long preset = body().presetCap();
        long most = preset < 0 ? outputWithin : Math.min(preset, outputWithin);
        return most == Long.MAX_VALUE ? -1 : most;
    }

    /** Has it ask for no more output than that. */
    void wantsOutputWithin(long tokens) {
        outputWithin = Math.min(outputWithin, tokens);
    }

    /** How the output is to be capped at the provider, or null where it stays as the caller has it. */
    @Nullable
    OutputCap outputCap() {
        return outputCap;
    }

    /**
     * Has the output of each choice capped at the provider in the call that follows.
     *
     * @param bound that was capped, and is what is held
     */
    public void capOutput(Bound bound) {
        Work.Cap member = bound.output().member();
        outputCap =
                member == null || bound.outputCap() == Bound.UNKNOWN ? null : new OutputCap(bound.outputCap(), member);
        if (outputCap != null && outputCap.tokens() != body().presetCap()) {
            isCapped();
        }
    }

    /** Tollgate has it ask for less than its caller and what is set for all do, so that others would get another answer. */
    void isCapped() {
        if (onCapped != null) {
            onCapped.run();
        }
    }

    /** What to do when it is capped. */
    void onCapped(Runnable action) {
        onCapped = action;
    }

    /** Waited for another request's call; that time was spent at the provider, not in Tollgate. */
    void waited(long nanos) {
        elsewhereNanos += nanos;
    }

    /** The provider's id of the request, or null. */
    public @Nullable String upstreamRequestId() {
        return attempt.upstreamRequestId;
    }

    /** A header of the request, or null. */
    public @Nullable String header(CharSequence name) {
        return request.headers().get(name);
    }
}
