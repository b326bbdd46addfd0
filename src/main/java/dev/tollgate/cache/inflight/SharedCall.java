package dev.tollgate.cache.inflight;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call that several requests share. Until its answer begins they wait for the one who leads, and another leads where
 * that came to nothing. Then each reads what has come, from the start and at its own pace: the fastest sets that of the
 * call, and who is too far behind it is cut off. Safe for threads; parties are told in tasks of their own.
 */
final class SharedCall<H> {
    /** How many lead one after another, before the others are answered alike or go on alone. */
    static final int TURNS_MAX = 4;

    /** How far what has come may be ahead of the fastest who reads. */
    static final int AHEAD_BYTES_MAX = 64 * 1024;

    /** What is read at once by somebody who has to catch up. */
    private static final int READ_BYTES_MAX = 16 * 1024;

    private final int keptMax;
    private final SharingCounts counts;
    private final Consumer<SharedCall<H>> onClosed;
    private final Set<Seat<H>> waiting = new LinkedHashSet<>();
    private final Set<Seat<H>> reading = new LinkedHashSet<>();
    private final Recording recording = new Recording();
    private @Nullable Seat<H> leader;
    private @Nullable H head;
    private @Nullable Ending ending;
    private int listeners;
    private int turns;
    private boolean isClosed;
    private boolean isSettled;
    private boolean isPaused;

    /** @param onClosed is told when nobody can join any more */
    SharedCall(int keptMax, SharingCounts counts, Consumer<SharedCall<H>> onClosed) {
        this.keptMax = keptMax;
        this.counts = counts;
        this.onClosed = onClosed;
    }

    /** A seat, or null where nobody can join any more. The first one leads. */
    synchronized @Nullable Seat<H> join(Party<H> party) {
        if (isClosed) {
            return null;
        }
        Seat<H> seat = new Seat<>(this, party);
        listeners++;
        if (leader == null) {
            leader = seat;
            return seat;
        }
        counts.joined.increment();
        H begun = head;
        if (begun == null) {
            waiting.add(seat);
        } else {
            letRead(seat, begun);
        }
        return seat;
    }

    synchronized boolean isLedBy(Seat<H> seat) {
        return leader == seat;
    }

    synchronized boolean leave(Seat<H> seat) {
        forget(seat);
        if (leader == null || isSettled || ending != null) {
            return true;
        }
        if (listeners > 0) {
            resumeIfRoom();
            return false;
        }
        if (!isClosed || seat != leader) {
            close();
            if (seat != leader) {
                tell(leader, Party::abandon);
            }
        }
        return true;
    }

    synchronized void begin(Seat<H> seat, H answer) {
        if (seat != leader) {
            return;
        }
        head = answer;
        if (seat.listens) {
            seat.reader = recording.reader();
            reading.add(seat);
        }
        waiting.forEach(each -> letRead(each, answer));
        waiting.clear();
    }

    private void letRead(Seat<H> seat, H begun) {
        seat.reader = recording.reader();
        reading.add(seat);
        tell(seat, party -> party.begin(begun));
        wake(seat);
    }

    synchronized void settle(Seat<H> seat, H whole) {
        if (seat == leader) {
            answerWaiting(whole);
        }
    }

    private void answerWaiting(H whole) {
        isSettled = true;
        waiting.forEach(each -> tell(each, party -> party.begin(whole)));
        waiting.clear();
        close();
    }

    synchronized void passOn(Seat<H> seat, boolean hasTried, @Nullable H forAll) {
        if (seat != leader || head != null || isSettled) {
            return;
        }
        forget(seat);
        leader = null;
        turns += hasTried ? 1 : 0;
        if (waiting.isEmpty()) {
            close();
        } else if (turns < TURNS_MAX) {
            Seat<H> next = waiting.iterator().next();
            waiting.remove(next);
            leader = next;
            counts.tookOver.increment();
            tell(next, Party::lead);
        } else if (forAll != null) {
            answerWaiting(forAll);
        } else {
            counts.wentAlone.add(waiting.size());
            waiting.forEach(each -> tell(each, Party::goAlone));
            waiting.clear();
            close();
        }
    }

    synchronized void add(byte[] bytes) {
        recording.add(bytes);
        if (recording.length() > keptMax) {
            close();
        }
        cutOffThoseBehind();
        reading.forEach(this::wake);
    }

    synchronized boolean isFull() {
        isPaused = hasNoRoom();
        return isPaused;
    }

    synchronized void end(Ending how) {
        ending = how;
        close();
        reading.forEach(this::wake);
    }

    synchronized byte @Nullable [] read(Seat<H> seat) {
        seat.isStalled = false;
        Recording.Reader reader = seat.reader;
        byte[] next = reader == null ? null : reader.next(READ_BYTES_MAX);
        resumeIfRoom();
        return next;
    }

    synchronized void stall(Seat<H> seat) {
        seat.isStalled = true;
        cutOffThoseBehind();
        resumeIfRoom();
    }

    synchronized @Nullable Ending endingFor(Seat<H> seat) {
        return seat.reader != null && seat.reader.behind() == 0 ? ending : null;
    }

    /** Whether all are behind, or somebody who can read on is so far behind that more can't be kept. */
    private boolean hasNoRoom() {
        return !reading.isEmpty() && (leastBehind() >= AHEAD_BYTES_MAX || mostBehind() > keptMax);
    }

    private void resumeIfRoom() {
        if (isPaused && leader != null && !hasNoRoom()) {
            isPaused = false;
            tell(leader, Party::resume);
        }
    }

    /** Those whose clients take nothing and who are further behind than what is kept; never the fastest. */
    private void cutOffThoseBehind() {
        if (recording.length() <= keptMax) {
            return;
        }
        long least = leastBehind();
        List<Seat<H>> tooFar = new ArrayList<>(0);
        for (Seat<H> seat : reading) {
            long behind = behind(seat);
            if (seat.isStalled && behind > keptMax && behind > least) {
                tooFar.add(seat);
            }
        }
        for (Seat<H> seat : tooFar) {
            forget(seat);
            counts.fellBehind.increment();
            tell(seat, Party::fallBehind);
        }
    }

    private long leastBehind() {
        long least = Long.MAX_VALUE;
        for (Seat<H> seat : reading) {
            least = Math.min(least, behind(seat));
        }
        return least;
    }

    private long mostBehind() {
        long most = 0;
        for (Seat<H> seat : reading) {
            most = Math.max(most, behind(seat));
        }
        return most;
    }

    private long behind(Seat<H> seat) {
        return seat.reader == null ? 0 : seat.reader.behind();
    }

    private void forget(Seat<H> seat) {
        if (seat.listens) {
            seat.listens = false;
            listeners--;
            waiting.remove(seat);
            reading.remove(seat);
            seat.reader = null; // or what it has not read would be kept
        }
    }

    private void close() {
        if (!isClosed) {
            isClosed = true;
            recording.forgetStart();
            onClosed.accept(this);
        }
    }

    private void wake(Seat<H> seat) {
        if (!seat.isWoken && !seat.isStalled) {
            seat.isWoken = true;
            seat.party.execute(() -> {
                synchronized (this) {
                    seat.isWoken = false;
                }
                seat.party.wake();
            });
        }
    }

    private void tell(Seat<H> seat, Consumer<Party<H>> what) {
        seat.party.execute(() -> what.accept(seat.party));
    }
}
