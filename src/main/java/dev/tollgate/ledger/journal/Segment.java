package dev.tollgate.ledger.journal;

import dev.tollgate.kernel.RequestId;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal, mapped into memory: a head and records. What is written here belongs to the operating system
 * from that moment on, so that it outlives the process. Written by one thread at a time, read by another.
 *
 * <pre>
 *   0  magic                  40  CRC-32C of all before
 *   8  journal's UUID         48  booked: where the first record begins that may not be in the ledger
 *  24  run                    56  done: since when all is booked, in milliseconds since 1970, or 0
 *  32  lane
 * </pre>
 */
final class Segment {
    static final int HEAD_BYTES = 64;

    private static final long MAGIC = 0x54474a524e4c3031L; // "TGJRNL01"
    private static final int PAGE_BYTES = 4_096;
    private static final int CHECKED_BYTES = 40;
    private static final int BOOKED = 48;
    private static final int DONE = 56;

    private final Path file;
    private final long number;
    private final Origin origin;
    private final MappedByteBuffer buffer;
    private volatile int end;
    private volatile boolean sealed;
    private boolean closed;
    private int guesses;
    private int forced = HEAD_BYTES;

    /** Who wrote a segment: one event loop of one run of one journal. */
    record Origin(UUID journal, long run, long lane) {}

    private Segment(Path file, long number, Origin origin, MappedByteBuffer buffer, int end, boolean sealed) {
        this.file = file;
        this.number = number;
        this.origin = origin;
        this.buffer = buffer;
        this.end = end;
        this.sealed = sealed;
    }

    /** A new one over a file of zeros. */
    static Segment create(Path file, long number, Origin origin, FileChannel channel) throws IOException {
        MappedByteBuffer buffer = map(channel);
        buffer.putLong(0, MAGIC)
                .putLong(8, origin.journal().getMostSignificantBits())
                .putLong(16, origin.journal().getLeastSignificantBits())
                .putLong(24, origin.run())
                .putLong(32, origin.lane())
                .putLong(CHECKED_BYTES, checksum(buffer))
                .putInt(BOOKED, HEAD_BYTES);
        return new Segment(file, number, origin, buffer, HEAD_BYTES, /* sealed= */ false);
    }

    /** One that an earlier run left, or null where the file has no readable head. */
    static @Nullable Segment open(Path file, long number) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() < HEAD_BYTES || channel.size() > Integer.MAX_VALUE) {
                return null;
            }
            MappedByteBuffer buffer = map(channel);
            if (buffer.getLong(0) != MAGIC || buffer.getLong(CHECKED_BYTES) != checksum(buffer)) {
                return null;
            }
            Origin origin =
                    new Origin(new UUID(buffer.getLong(8), buffer.getLong(16)), buffer.getLong(24), buffer.getLong(32));
            return new Segment(file, number, origin, buffer, buffer.capacity(), /* sealed= */ true);
        }
    }

    private static MappedByteBuffer map(FileChannel channel) throws IOException {
        MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        return buffer;
    }

    private static long checksum(MappedByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(0, CHECKED_BYTES));
        return crc.getValue();
    }

    Path file() {
        return file;
    }

    /** Segments of a journal are numbered in the order in which they were made. */
    long number() {
        return number;
    }

    Origin origin() {
        return origin;
    }

    int bytes() {
        return buffer.capacity();
    }

    /** Where the next record goes; the size of the file where nothing is written any more. */
    int end() {
        return end;
    }

    int remaining() {
        return bytes() - end;
    }

    /** Adds a record, for which there must be room, and answers where it begins. Makes no system call. */
    int append(Kind kind, RequestId id, byte[] payload) {
        int at = end;
        RecordLayout.write(buffer, at, kind, id, payload);
        end = at + RecordLayout.size(payload.length);
        return at;
    }

    /** The first readable record from there on, or null where there is none (yet). */
    @Nullable
    JournalRecord next(int from) {
        int limit = end;
        for (int at = from; at + Long.BYTES <= limit; at += Long.BYTES) {
            JournalRecord found = RecordLayout.read(buffer, at, limit);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Whether something was finished there that can't be read. */
    boolean isDamagedAt(int at) {
        return RecordLayout.isWritten(buffer, at, end) && RecordLayout.read(buffer, at, end) == null;
    }

    boolean isEmpty() {
        return next(HEAD_BYTES) == null;
    }

    /** How many truths begin before a place. */
    int truths(int before) {
        int truths = 0;
        for (JournalRecord record = next(HEAD_BYTES);
                record != null && record.at() < before;
                record = next(record.end())) {
            truths += record.kind() == Kind.TRUTH ? 1 : 0;
        }
        return truths;
    }

    /** Says that nothing is added any more. */
    void seal() {
        sealed = true;
    }

    boolean isSealed() {
        return sealed;
    }

    /** Where the first record begins that may not be in the ledger. */
    int booked() {
        int booked = buffer.getInt(BOOKED);
        return booked < HEAD_BYTES || booked > bytes() ? HEAD_BYTES : booked;
    }

    /** Says that all truths before are in the ledger. Nothing is written where the mapping has been given up. */
    synchronized void booked(int before) {
        if (!closed) {
            buffer.putInt(BOOKED, before);
        }
    }

    /**
     * Gives the mapping up, which would otherwise keep a deleted file's room until the garbage collector comes by. To be
     * called when nobody reads or appends any more: memory that is not mapped can't be touched.
     */
    synchronized void close() {
        if (!closed) {
            closed = true;
            PlatformDependent.freeDirectBuffer(buffer);
        }
    }

    boolean isBooked() {
        return sealed && booked() >= end;
    }

    /** Counts the requests under way whose latest guess is here. */
    void pin(int change) {
        guesses += change;
    }

    boolean isPinned() {
        return guesses > 0;
    }

    /** Says that nothing in here is needed any more. */
    void done(long epochMillis) {
        buffer.putInt(BOOKED, bytes());
        buffer.putLong(DONE, epochMillis);
    }

    /** Says that all of it is needed once more. */
    void neededAgain() {
        buffer.putInt(BOOKED, HEAD_BYTES);
        buffer.putLong(DONE, 0);
    }

    /** Since when nothing in here is needed any more, in milliseconds since 1970, or 0 where that is not so. */
    long doneMillis() {
        return buffer.getLong(DONE);
    }

    /** Has the system map every page for writing, so that whoever appends does not wait for that. */
    void touch() {
        for (int at = HEAD_BYTES; at < bytes(); at += PAGE_BYTES) {
            buffer.put(at, (byte) 0);
        }
    }

    /** Brings the file's zeros and head to the disk; blocks. */
    void forceAll() {
        buffer.force();
    }

    /** Brings what was added since the last time to the disk; blocks. Called by one thread. */
    void force() {
        int upTo = end;
        if (upTo > forced) {
            buffer.force(forced, upTo - forced);
            forced = upTo;
        }
    }
}
