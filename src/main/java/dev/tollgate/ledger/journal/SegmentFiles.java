package dev.tollgate.ledger.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** The segments of a journal as files, numbered in their order. Used by one thread at a time. */
final class SegmentFiles {
    private static final Logger LOG = Logger.getLogger(SegmentFiles.class);
    private static final Pattern NAME = Pattern.compile("([0-9]{12})\\.journal");
    private static final int CHUNK_BYTES = 1 << 16;

    private final JournalFolder folder;
    private final JournalSettings settings;
    private final Allocator allocator;
    private long lastNumber;
    private volatile long bytes;

    /** Takes room on the disk. */
    @FunctionalInterface
    interface Allocator {
        /** Fills an empty file with zeros; fails where the disk has no room for them. */
        void fill(FileChannel file, int bytes) throws IOException;
    }

    SegmentFiles(JournalFolder folder, JournalSettings settings, Allocator allocator) {
        this.folder = folder;
        this.settings = settings;
        this.allocator = allocator;
    }

    /** Writes the zeros, so that a full disk is noticed here and not when a record is written into memory. */
    static void writeZeros(FileChannel file, int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(Math.min(bytes, CHUNK_BYTES));
        for (int left = bytes; left > 0; ) {
            zeros.clear().limit(Math.min(left, zeros.capacity()));
            left -= file.write(zeros);
        }
    }

    /** What earlier runs left, in order. A file that is no segment is put aside and told of; an unused one is deleted. */
    List<Segment> found() throws IOException {
        List<Segment> segments = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.path(), "*.journal")) {
            for (Path file : files) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    long number = Long.parseLong(name.group(1));
                    lastNumber = Math.max(lastNumber, number);
                    Segment segment = Segment.open(file, number);
                    if (segment == null) {
                        putAside(file);
                    } else if (segment.doneMillis() == 0 && segment.isEmpty()) {
                        segment.close();
                        Files.delete(file);
                    } else {
                        bytes += segment.bytes();
                        segments.add(segment);
                    }
                }
            }
        }
        segments.sort(Comparator.comparingLong(Segment::number));
        return segments;
    }

    private static void putAside(Path file) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged");
        Files.move(file, aside);
        LOG.warnf(
                "The journal's file %s can't be read; what it held is not booked. It was put aside as %s.",
                file, aside);
    }

    /** Whether one more would keep the bound. */
    boolean hasRoom() {
        return bytes + settings.segmentBytes() <= settings.bytesMax();
    }

    /** Whether there are as many as there may be, and no more. */
    boolean isWithinBound() {
        return bytes <= settings.bytesMax();
    }

    /** A new segment, with its room taken on the disk. */
    Segment create(Segment.Origin origin) throws IOException {
        Segment segment = make(pathOf(lastNumber + 1), origin, StandardOpenOption.CREATE_NEW);
        bytes += segment.bytes();
        return segment;
    }

    /**
     * A segment in the file of one that nobody needs any more. Writing over a file that the system has in memory takes a
     * fraction of the time that a new one takes. The zeros are not forced to the disk: what a power cut brings back of the
     * file's earlier life is in the ledger already, where it is booked once.
     */
    Segment reuse(Path old, Segment.Origin origin) throws IOException {
        Path file = pathOf(lastNumber + 1);
        Files.move(old, file, StandardCopyOption.ATOMIC_MOVE);
        bytes -= settings.segmentBytes();
        Segment segment = make(file, origin, StandardOpenOption.WRITE);
        bytes += segment.bytes();
        return segment;
    }

    private Path pathOf(long number) {
        return folder.path().resolve("%012d.journal".formatted(number));
    }

    private Segment make(Path file, Segment.Origin origin, StandardOpenOption how) throws IOException {
        boolean made = false;
        try (FileChannel channel = FileChannel.open(file, how, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            allocator.fill(channel, settings.segmentBytes());
            Segment segment = Segment.create(file, lastNumber + 1, origin, channel);
            if (settings.synced()) {
                if (how == StandardOpenOption.CREATE_NEW) {
                    segment.forceAll();
                    channel.force(true);
                }
                folder.force();
            }
            segment.touch();
            lastNumber++;
            made = true;
            return segment;
        } finally {
            if (!made) {
                Files.deleteIfExists(file);
            }
        }
    }

    void delete(Path file, int size) throws IOException {
        bytes -= size;
        Files.deleteIfExists(file);
    }

    /** Bytes of all files. */
    long bytes() {
        return bytes;
    }
}
