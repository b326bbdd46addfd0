package dev.tollgate.ledger.journal;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a journal is kept.
 *
 * @param segmentBytes size of one file; a record may have an eighth of it
 * @param bytesMax what all files together may have; at it new requests are refused
 * @param kept how long a file stays after everything in it is booked, unless its room is needed or they have more than half of it
 * @param synced whether what was written is forced to the disk in the background, so that it survives a power cut
 */
public record JournalSettings(Path folder, int segmentBytes, long bytesMax, Duration kept, boolean synced) {
    /** The usual size of one file: 4 MiB, some thousand requests. */
    public static final int SEGMENT_BYTES = 4 << 20;

    static final int SEGMENT_BYTES_MIN = 4_096;

    public JournalSettings {
        if (segmentBytes < SEGMENT_BYTES_MIN || segmentBytes % Long.BYTES != 0) {
            throw new IllegalArgumentException("segmentBytes: " + segmentBytes
                    + " (expected: a multiple of 8, at least " + SEGMENT_BYTES_MIN + ")");
        }
    }
}
