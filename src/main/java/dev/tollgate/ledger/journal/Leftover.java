package dev.tollgate.ledger.journal;

import dev.tollgate.kernel.RequestId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an event loop of an earlier run left: truths that may not be in the ledger, and requests whose truth nobody wrote,
 * for which their last guess is booked. Read in the background, by one thread at a time.
 */
final class Leftover {
    private final List<Segment> segments;
    private final ChainReader reader;
    private final Deque<Place> interrupted = new ArrayDeque<>();
    private final int truths;
    private final int guesses;
    private volatile int bookedCount;
    private volatile boolean booked;

    private record Place(Segment segment, int at) {}

    private Leftover(List<Segment> segments, int truths, Map<RequestId, Place> open) {
        this.segments = segments;
        this.reader = new ChainReader(Chain.of(segments));
        this.truths = truths;
        this.guesses = open.size();
        this.interrupted.addAll(open.values());
    }

    /** Reads a chain of a run that is over, which takes a moment for each segment. */
    static Leftover of(List<Segment> segments) {
        return of(segments, /* isOver= */ true);
    }

    /** The same of the first part of a chain that this run is writing, whose requests may end in a later one. */
    static Leftover ofThisRun(List<Segment> segments) {
        return of(segments, /* isOver= */ false);
    }

    private static Leftover of(List<Segment> segments, boolean isOver) {
        Map<RequestId, Place> open = new LinkedHashMap<>();
        int truths = 0;
        for (Segment segment : segments) {
            JournalRecord record = segment.next(Segment.HEAD_BYTES);
            while (record != null) {
                if (record.kind() == Kind.GUESS) {
                    open.put(record.id(), new Place(segment, record.at()));
                } else {
                    open.remove(record.id());
                    truths += record.at() >= segment.booked() ? 1 : 0;
                }
                record = segment.next(record.end());
            }
        }
        return new Leftover(segments, truths, isOver ? open : Map.of());
    }

    /** Entries that may not be in the ledger. */
    int truths() {
        return truths;
    }

    /** Requests that were under way. */
    int guesses() {
        return guesses;
    }

    /** Entries that are not known to be in the ledger. */
    int waiting() {
        return truths + guesses - bookedCount;
    }

    void read(Batch batch) {
        if (booked) {
            return;
        }
        int before = batch.entries().size();
        boolean isRead = reader.read(batch);
        if (isRead) {
            readInterrupted(batch);
        }
        int added = batch.entries().size() - before;
        boolean all = isRead && interrupted.isEmpty();
        batch.whenBooked(() -> {
            bookedCount += added;
            booked = all;
        });
    }

    private void readInterrupted(Batch batch) {
        while (!batch.isFull() && !interrupted.isEmpty()) {
            Place place = interrupted.remove();
            JournalRecord guess = place.segment().next(place.at());
            if (guess != null) {
                batch.add(guess);
            }
        }
    }

    /** Whether nothing of it is needed any more. */
    boolean isBooked() {
        return booked;
    }

    List<Segment> segments() {
        return segments;
    }
}
