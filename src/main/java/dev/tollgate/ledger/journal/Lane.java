package dev.tollgate.ledger.journal;

import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.journal.Segment.Origin;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The part of the journal that one event loop writes: a chain of segments with spare ones ahead, so that writing is
 * copying into memory and never waits for the disk. The lock is there for the background's sake, which holds it for
 * moments; no two event loops share it.
 */
public final class Lane implements Chain {
    /** Room that is kept for each request that was let in: its guess, its truth and a good deal more. */
    static final int RESERVED_BYTES = 4_096;

    private static final int SPARES = 2;
    private static final Logger LOG = Logger.getLogger(Lane.class);

    private final Origin origin;
    private final int segmentBytes;
    private final Deque<Segment> spares = new ArrayDeque<>();
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final Set<Ticket> guessed = new LinkedHashSet<>();
    private final Deque<Unwritten> unwritten = new ArrayDeque<>();
    private Segment current;
    private boolean grows = true;
    private int admitted;
    private long truths;

    /** A truth that waits in memory for room. */
    private record Unwritten(Ticket ticket, byte[] entry) {}

    Lane(Segment first) {
        this.origin = first.origin();
        this.segmentBytes = first.bytes();
        this.current = first;
        segments.add(first);
    }

    Origin origin() {
        return origin;
    }

    /** Lets a request in that is sure to be booked, or answers null where the journal has no room for one more. */
    public synchronized @Nullable Ticket admit(RequestId id) {
        if (!hasRoomFor(admitted + 1)) {
            return null;
        }
        admitted++;
        return new Ticket(this, id);
    }

    /** While the journal can grow, what is missing comes before it is needed. */
    private boolean hasRoomFor(int requests) {
        long bytes = current.remaining() + (long) spares.size() * segmentBytes;
        return bytes >= (long) requests * RESERVED_BYTES || (grows && !spares.isEmpty());
    }

    /** Writes the entry of a request that was let in before and given up its ticket. Never refuses. */
    public synchronized void add(RequestId id, byte[] entry) {
        admitted++;
        settle(new Ticket(this, id), entry);
    }

    synchronized void giveUp(Ticket ticket) {
        if (!ticket.settled) {
            ticket.settled = true;
            admitted--;
        }
    }

    synchronized boolean guess(Ticket ticket, byte[] entry) {
        if (ticket.settled || !append(Kind.GUESS, ticket, entry)) {
            return false;
        }
        guessed.add(ticket);
        return true;
    }

    synchronized void guessAgain(Ticket ticket, byte[] entry) {
        if (guessed.contains(ticket) && hasRoomFor(admitted)) {
            append(Kind.GUESS, ticket, entry);
        }
    }

    synchronized void settle(Ticket ticket, byte[] entry) {
        if (ticket.settled) {
            throw new IllegalStateException(ticket.id() + " is settled already");
        }
        ticket.settled = true;
        truths++;
        if (!unwritten.isEmpty() || !append(Kind.TRUTH, ticket, entry)) {
            if (unwritten.isEmpty()) {
                LOG.errorf("The journal has no room for entry %s; it and those after it wait in memory", ticket.id());
            }
            unwritten.add(new Unwritten(ticket, entry));
        }
    }

    /** Writes a record and moves the request's pin to where its latest guess is; false where there is no room. */
    private boolean append(Kind kind, Ticket ticket, byte[] entry) {
        int size = RecordLayout.size(entry.length);
        if (size > segmentBytes / 8) {
            throw new IllegalArgumentException(
                    "entry: " + entry.length + " bytes (expected: at most " + segmentBytes / 8 + ")");
        }
        while (current.remaining() < size) {
            if (spares.isEmpty()) {
                return false;
            }
            roll();
        }
        write(kind, ticket, entry);
        return true;
    }

    private void write(Kind kind, Ticket ticket, byte[] entry) {
        int at = current.append(kind, ticket.id(), entry);
        if (ticket.guessedIn != null) {
            ticket.guessedIn.pin(-1);
            ticket.guessedIn = null;
        }
        if (kind == Kind.GUESS) {
            ticket.guessedIn = current;
            ticket.guessedAt = at;
            current.pin(1);
        } else {
            guessed.remove(ticket);
            admitted--;
        }
    }

    /**
     * Goes on in the next segment. Guesses that a whole segment has passed since are written anew, so that long requests
     * don't keep old segments.
     */
    private void roll() {
        Segment full = current;
        full.seal();
        current = spares.remove();
        segments.addLast(current);
        for (Ticket ticket : List.copyOf(guessed)) {
            Segment segment = ticket.guessedIn;
            if (segment != null && segment.number() < full.number()) {
                JournalRecord guess = segment.next(ticket.guessedAt);
                if (guess != null && RecordLayout.size(guess.payload().length) <= current.remaining()) {
                    write(Kind.GUESS, ticket, guess.payload());
                }
            }
        }
    }

    /** How many spare segments are missing: two for what may come until the next time, and one for each that is reserved. */
    synchronized int sparesMissing() {
        long wanted = SPARES + (long) admitted * RESERVED_BYTES / segmentBytes;
        return (int) Math.max(0, wanted - spares.size());
    }

    /** Says whether there will be more spare segments. */
    synchronized void grows(boolean can) {
        grows = can;
    }

    synchronized boolean hasUnwritten() {
        return !unwritten.isEmpty();
    }

    synchronized void give(Segment spare) {
        spares.add(spare);
        while (!unwritten.isEmpty()) {
            Unwritten first = unwritten.getFirst();
            if (!append(Kind.TRUTH, first.ticket(), first.entry())) {
                return;
            }
            unwritten.removeFirst();
        }
    }

    /** Takes out the segments of which nothing is needed any more, oldest first. */
    synchronized List<Segment> takeDone() {
        List<Segment> done = new ArrayList<>(0);
        for (Segment oldest = segments.peek();
                oldest != null && oldest.isBooked() && !oldest.isPinned();
                oldest = segments.peek()) {
            done.add(segments.remove());
        }
        return done;
    }

    /** Ends the lane; answers its spare segments, which nobody needs. */
    synchronized List<Segment> end() {
        current.seal();
        return List.copyOf(spares);
    }

    /** The segments that may have something that is not forced to the disk yet. */
    synchronized List<Segment> segments() {
        return List.copyOf(segments);
    }

    @Override
    public synchronized Segment first() {
        return segments.getFirst();
    }

    @Override
    public synchronized @Nullable Segment after(Segment segment) {
        for (Segment next : segments) {
            if (next.number() > segment.number()) {
                return next;
            }
        }
        return null;
    }

    /** Truths that were told until now. */
    synchronized long truths() {
        return truths;
    }
}
