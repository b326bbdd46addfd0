package dev.tollgate.ledger.journal;

import dev.tollgate.ledger.journal.Segment.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The journal's room on the disk: takes new segments ahead of their need, and keeps those that are done for a while, until
 * their room is needed or half of all room is kept. Used by one thread at a time.
 */
public final class Room {
    private static final Logger LOG = Logger.getLogger(Room.class);
    private static final long RETRY_MILLIS = 1_000;

    private final SegmentFiles files;
    private final JournalSettings settings;
    private final InstantSource clock;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private long keptBytes;
    private volatile State state = State.FREE;
    private long retryMillis;

    /** Whether the journal can grow. */
    public enum State {
        FREE,
        /** All its room is taken by what is not booked yet. */
        AT_ITS_BOUND,
        /** The disk takes no more. */
        DISK_FULL
    }

    /** A file that is kept for people to look at. */
    private record Kept(Path file, long number, int bytes, long doneMillis) {}

    Room(SegmentFiles files, JournalSettings settings, InstantSource clock) {
        this.files = files;
        this.settings = settings;
        this.clock = clock;
    }

    State state() {
        return state;
    }

    long bytes() {
        return files.bytes();
    }

    /** The first segment of a lane, which it gets also where the bound is reached. */
    Segment first(Origin origin) throws IOException {
        return create(origin);
    }

    /** A new segment, in the place of what is only kept where the disk is full. */
    private Segment create(Origin origin) throws IOException {
        while (true) {
            try {
                return files.create(origin);
            } catch (IOException e) {
                if (!dropOldest()) {
                    throw e;
                }
            }
        }
    }

    /** Gives each lane the spare segments that it should have, as far as there is room for them. */
    void takeAhead(List<Lane> lanes) {
        if (state == State.DISK_FULL && clock.millis() < retryMillis) {
            return;
        }
        boolean all = lanes.stream().allMatch(this::takeFor);
        lanes.forEach(lane -> lane.grows(all));
        if (all) {
            become(State.FREE, null);
        }
    }

    private boolean takeFor(Lane lane) {
        for (int missing = lane.sparesMissing(); missing > 0; missing--) {
            if (!takeOne(lane)) {
                return false;
            }
        }
        return true;
    }

    private boolean takeOne(Lane lane) {
        try {
            Segment taken = take(lane.origin());
            if (taken == null) {
                become(State.AT_ITS_BOUND, null);
                return false;
            }
            lane.give(taken);
            return true;
        } catch (IOException e) {
            retryMillis = clock.millis() + RETRY_MILLIS;
            become(State.DISK_FULL, e);
            return false;
        }
    }

    /** A segment, in the place of what is only kept where there is enough of that, or null where there is no room at all. */
    private @Nullable Segment take(Origin origin) throws IOException {
        while (!files.hasRoom() || keptBytes > keptBytesMax()) {
            Kept oldest = pollOldest();
            if (oldest == null) {
                return null;
            }
            if (files.isWithinBound() && oldest.bytes() == settings.segmentBytes()) {
                return files.reuse(oldest.file(), origin);
            }
            drop(oldest.file(), oldest.bytes());
        }
        return create(origin);
    }

    /** Says once what has changed, not every time. */
    private void become(State next, @Nullable IOException cause) {
        if (next == state) {
            return;
        }
        state = next;
        switch (next) {
            case FREE -> LOG.info("The journal has room again; requests are let in");
            case AT_ITS_BOUND ->
                LOG.warnf(
                        "The journal has reached its bound of %d bytes with entries that are not booked yet; when its last"
                                + " room is used requests are refused",
                        settings.bytesMax());
            case DISK_FULL ->
                LOG.errorf(
                        "The journal in %s can't grow; when its last room is used requests are refused: %s",
                        settings.folder(), cause);
        }
    }

    /** Marks a segment as done and keeps it for a while, unless there is nothing in it. */
    void done(Segment segment) {
        if (segment.isEmpty()) {
            drop(segment);
        } else {
            segment.done(clock.millis());
            keep(segment);
        }
    }

    /** What is taken back leaves half of all room to what comes, so that there is no use for more. */
    private long keptBytesMax() {
        return settings.bytesMax() / 2;
    }

    private @Nullable Kept pollOldest() {
        Kept oldest = kept.poll();
        keptBytes -= oldest == null ? 0 : oldest.bytes();
        return oldest;
    }

    /** Keeps a segment that is done. */
    void keep(Segment segment) {
        keptBytes += segment.bytes();
        kept.add(new Kept(segment.file(), segment.number(), segment.bytes(), segment.doneMillis()));
        segment.close();
    }

    /** Takes back what is only kept, the newest. */
    List<Segment> takeKept() throws IOException {
        List<Segment> taken = new ArrayList<>();
        long bytes = 0;
        for (Kept each = kept.peekLast(); each != null; each = kept.peekLast()) {
            bytes += each.bytes();
            Segment segment = bytes > keptBytesMax() ? null : Segment.open(each.file(), each.number());
            if (segment == null) {
                return taken;
            }
            taken.add(segment);
            kept.removeLast();
            keptBytes -= each.bytes();
        }
        return taken;
    }

    /** Deletes what was kept for long enough. */
    void dropOld() {
        long before = clock.millis() - settings.kept().toMillis();
        while (!kept.isEmpty() && kept.getFirst().doneMillis() < before) {
            dropOldest();
        }
    }

    private boolean dropOldest() {
        Kept oldest = pollOldest();
        return oldest != null && drop(oldest.file(), oldest.bytes());
    }

    /** Deletes a segment that was never used. */
    void drop(Segment segment) {
        segment.close();
        drop(segment.file(), segment.bytes());
    }

    private boolean drop(Path file, int bytes) {
        try {
            files.delete(file, bytes);
        } catch (IOException e) {
            LOG.warnf("The journal's file %s can't be deleted: %s", file, e);
        }
        return true;
    }
}
