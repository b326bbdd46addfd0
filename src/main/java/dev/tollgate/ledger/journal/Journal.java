package dev.tollgate.ledger.journal;

import dev.tollgate.ledger.journal.Segment.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Entries between the moment in which they are known and the one in which they are in the ledger: memory-mapped files,
 * which a killed process leaves behind whole. Event loops write it, each its {@link Lane}; the ledger's writer reads it,
 * batch by batch; a thread in the background takes room ahead, forces what was written to the disk and deletes what is
 * no longer needed. What an earlier run left is read like what is written now.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Journal.class);
    private static final long TICK_MILLIS = 100;

    private final JournalFolder folder;
    private final CommitMark commits;
    private final InstantSource clock;
    private final Room room;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<ChainReader> readers;
    private final Deque<List<Segment>> unread;
    private final List<Leftover> leftovers = new CopyOnWriteArrayList<>();
    private final AtomicLong leftTruths = new AtomicLong();
    private final AtomicLong leftGuesses = new AtomicLong();
    private final AtomicLong booked = new AtomicLong();
    private final boolean synced;
    private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("journal").daemon().factory());
    private volatile long syncedMillis;
    private boolean syncFails;

    private Journal(
            JournalFolder folder,
            CommitMark commits,
            JournalSettings settings,
            Room room,
            InstantSource clock,
            Collection<List<Segment>> left) {
        this.folder = folder;
        this.commits = commits;
        this.clock = clock;
        this.room = room;
        this.synced = settings.synced();
        this.syncedMillis = clock.millis();
        this.unread = new ArrayDeque<>(left);
        this.readers = new ArrayList<>();
    }

    /**
     * Takes the folder and makes so many lanes. Throws {@link JournalFailure} where that can't be: the folder is in use or
     * can't be written, or its disk is full.
     */
    public static Journal open(JournalSettings settings, int lanes, InstantSource clock, Supplier<UUID> ids) {
        return open(settings, lanes, clock, ids, SegmentFiles::writeZeros);
    }

    static Journal open(
            JournalSettings settings,
            int lanes,
            InstantSource clock,
            Supplier<UUID> ids,
            SegmentFiles.Allocator allocator) {
        JournalFolder folder = JournalFolder.take(settings.folder(), ids);
        boolean opened = false;
        try {
            SegmentFiles files = new SegmentFiles(folder, settings, allocator);
            Room room = new Room(files, settings, clock);
            List<Segment> left = new ArrayList<>();
            long lastRun = 0;
            for (Segment segment : files.found()) {
                lastRun = Math.max(lastRun, segment.origin().run());
                if (segment.doneMillis() > 0) {
                    room.keep(segment);
                } else {
                    left.add(segment);
                }
            }
            Journal journal = new Journal(
                    folder, CommitMark.in(folder.path().resolve("commits")), settings, room, clock, chains(left));
            for (int lane = 0; lane < lanes; lane++) {
                journal.add(new Lane(room.first(new Origin(folder.id(), lastRun + 1, lane))));
            }
            room.takeAhead(journal.lanes);
            opened = true;
            return journal;
        } catch (IOException e) {
            throw new JournalFailure(
                    "The journal " + folder.path() + " can't be written (" + e + "). Make room on its disk, or set"
                            + " TOLLGATE_JOURNAL to a folder on another one.",
                    e);
        } finally {
            if (!opened) {
                close(folder);
            }
        }
    }

    private void add(Lane lane) {
        lanes.add(lane);
        readers.add(new ChainReader(lane));
    }

    /** One for each event loop. */
    public List<Lane> lanes() {
        return List.copyOf(lanes);
    }

    /** Tells this journal from others, for as long as its folder is there. */
    public UUID id() {
        return folder.id();
    }

    /** The last commit of entries that the ledger has acknowledged, in this run or in an earlier one. */
    public CommitMark commits() {
        return commits;
    }

    /** Whether everything is in the ledger that earlier runs left, and that was told before {@link #expectAll} was. */
    public synchronized boolean isReplayed() {
        return unread.isEmpty()
                && leftovers.stream().allMatch(Leftover::isBooked)
                && readers.stream().noneMatch(ChainReader::isDue);
    }

    /** From now on waits for all that was told until now. */
    public synchronized void expectAll() {
        readers.forEach(ChainReader::expectAll);
    }

    /**
     * Hands out everything once more that is still there, because the ledger has lost commits that it had acknowledged;
     * what it has all the same it leaves out. A batch that is on its way must not be {@link Batch#booked()} any more. Blocks
     * on the disk.
     *
     * @param remembered the last commit that the ledger knows. It is noted when all is ready, so that a process that ends
     *     before notices the loss again
     */
    public synchronized void bookAgain(long remembered) throws IOException {
        synchronized (room) {
            List<Segment> again = room.takeKept();
            unread.forEach(again::addAll);
            for (Leftover leftover : leftovers) {
                again.addAll(leftover.segments());
                booked.addAndGet(leftover.waiting());
            }
            leftovers.clear();
            unread.clear();
            again.forEach(Segment::neededAgain);
            unread.addAll(chains(again));
            for (ChainReader reader : readers) {
                booked.addAndGet(-reader.beginAgain());
            }
        }
        expectAll();
        commits.last(remembered);
    }

    /** By who wrote them, each in its order. */
    private static Collection<List<Segment>> chains(List<Segment> segments) {
        Map<Origin, List<Segment>> chains = new LinkedHashMap<>();
        segments.stream()
                .sorted(Comparator.comparingLong(Segment::number))
                .forEach(segment -> chains.computeIfAbsent(segment.origin(), _ -> new ArrayList<>())
                        .add(segment));
        return chains.values();
    }

    Path path() {
        return folder.path();
    }

    /** Lets the background work begin. */
    public void start() {
        var _ = background.scheduleWithFixedDelay(
                this::maintainSafely, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * The next entries, at most so many, that are not in the ledger as far as is known: of this run and of earlier ones.
     * Blocks on the disk where they are old. To be called again only after the batch before is {@link Batch#booked()}.
     */
    public synchronized Batch next(int entriesMax) {
        while (!unread.isEmpty()) {
            found(unread.remove());
        }
        if (hasUnwritten()) {
            maintain(); // which may find room for it
        }
        Batch batch = new Batch(entriesMax);
        for (ChainReader reader : readers) {
            reader.read(batch);
        }
        readers.addLast(readers.removeFirst());
        for (Leftover leftover : leftovers) {
            leftover.read(batch);
        }
        int entries = batch.entries().size();
        batch.whenBooked(() -> booked.addAndGet(entries));
        return batch;
    }

    private void found(List<Segment> segments) {
        Origin origin = segments.getFirst().origin();
        boolean isOfThisRun = lanes.stream().anyMatch(lane -> lane.origin().equals(origin));
        Leftover leftover = isOfThisRun ? Leftover.ofThisRun(segments) : Leftover.of(segments);
        leftovers.add(leftover);
        leftTruths.addAndGet(leftover.truths());
        leftGuesses.addAndGet(leftover.guesses());
        if (!isOfThisRun && leftover.truths() + leftover.guesses() > 0) {
            LOG.infof(
                    "An earlier run left %d entries that may not be booked yet, and %d requests under way, which are booked"
                            + " as interrupted",
                    leftover.truths(), leftover.guesses());
        }
    }

    /** Whether truths wait in memory, because there is no room for them on the disk. */
    public boolean hasUnwritten() {
        return lanes.stream().anyMatch(Lane::hasUnwritten);
    }

    /** Why no more requests may be let in, if that is so. */
    public Room.State room() {
        return room.state();
    }

    /** Entries that are not known to be in the ledger. */
    public long waiting() {
        long truths = lanes.stream().mapToLong(Lane::truths).sum();
        return Math.max(0, truths + leftTruths.get() + leftGuesses.get() - booked.get());
    }

    /** Entries that earlier runs left without knowing whether they were booked. */
    public long replayed() {
        return leftTruths.get();
    }

    /** Requests that were under way when earlier runs ended. */
    public long interrupted() {
        return leftGuesses.get();
    }

    /** Bytes on the disk. */
    public long bytes() {
        return room.bytes();
    }

    /** Milliseconds since everything was on the disk for the last time; 0 where that is not asked for. */
    public long syncAgeMillis() {
        return synced ? Math.max(0, clock.millis() - syncedMillis) : 0;
    }

    private void maintainSafely() {
        try {
            maintain();
        } catch (RuntimeException e) {
            LOG.error("The journal's background work failed, and is tried again", e);
        }
    }

    /** One round of the background's work. */
    void maintain() {
        synchronized (room) {
            for (Lane lane : lanes) {
                lane.takeDone().forEach(room::done);
            }
            for (Leftover leftover : leftovers) {
                if (leftover.isBooked()) {
                    leftover.segments().forEach(room::done);
                    leftovers.remove(leftover);
                }
            }
            force();
            room.takeAhead(lanes);
            room.dropOld();
        }
    }

    private void force() {
        if (!synced) {
            return;
        }
        long now = clock.millis();
        try {
            for (Lane lane : lanes) {
                lane.segments().forEach(Segment::force);
            }
            syncedMillis = now;
            syncFails = false;
        } catch (UncheckedIOException e) {
            if (!syncFails) {
                LOG.error("The journal can't be forced to its disk; a power cut would lose what was written since", e);
            }
            syncFails = true;
        }
    }

    /** Ends it. Where everything is booked the next start finds nothing to do. */
    @Override
    public void close() {
        background.shutdown();
        maintainSafely();
        synchronized (room) {
            for (Lane lane : lanes) {
                lane.end().forEach(room::drop);
                lane.takeDone().forEach(room::done);
            }
            force();
        }
        close(folder);
    }

    private static void close(JournalFolder folder) {
        try {
            folder.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
