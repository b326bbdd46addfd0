package dev.tollgate.cache.inflight;

import org.jspecify.annotations.Nullable;

/**
 * A request's place in a shared call. One request leads: it makes the call, pays for it, and says what comes of it. All who
 * have not left listen. Safe for threads.
 *
 * @param <H> what is known of an answer when it begins
 */
public final class Seat<H> {
    final SharedCall<H> call;
    final Party<H> party;

    // guarded by the call
    boolean listens = true;
    boolean isStalled;
    boolean isWoken;
    Recording.@Nullable Reader reader;

    Seat(SharedCall<H> call, Party<H> party) {
        this.call = call;
        this.party = party;
    }

    /** Whether it makes the call. */
    public boolean isLeading() {
        return call.isLedBy(this);
    }

    /**
     * Its client has gone, or takes no more. Says whether nobody listens any more, so that a call that it leads has no
     * purpose; can be asked again.
     */
    public boolean leave() {
        return call.leave(this);
    }

    /** Leads: the answer begins and goes on as it comes. */
    public void begin(H head) {
        call.begin(this, head);
    }

    /** Leads: the answer is here as a whole, for all. */
    public void settle(H whole) {
        call.settle(this, whole);
    }

    /**
     * Leads: there is no answer to share, so that somebody else makes the call; no more than {@link SharedCall#TURNS_MAX}
     * one after another. It has no seat any more.
     *
     * @param forAll what all others are answered where that many have tried, or null to have them go on alone
     */
    public void passOn(@Nullable H forAll) {
        call.passOn(this, /* hasTried= */ true, forAll);
    }

    /** Leads, but has gone before it could begin. */
    public void decline() {
        call.passOn(this, /* hasTried= */ false, null);
    }

    /** Leads: more of the answer, which is not to be changed any more. */
    public void add(byte[] bytes) {
        call.add(bytes);
    }

    /** Leads: whether to wait with more until {@link Party#resume}. */
    public boolean isFull() {
        return call.isFull();
    }

    /** Leads: nothing more comes. */
    public void end(Ending ending) {
        call.end(ending);
    }

    /** Listens: what comes next, or null where there is no more at present. */
    public byte @Nullable [] read() {
        return call.read(this);
    }

    /** Listens: its client takes nothing at present; it reads on when that has changed. */
    public void stall() {
        call.stall(this);
    }

    /** Listens: how the answer ended, or null where it has not, or not everything of it is read. */
    public @Nullable Ending ending() {
        return call.endingFor(this);
    }
}
