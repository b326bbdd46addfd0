package dev.tollgate.ledger.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The number of the last commit of a journal's entries that the database has acknowledged. A database that knows only
 * smaller ones has lost what it had acknowledged. Safe for threads.
 */
public final class CommitMark {
    private final ByteBuffer number;

    private CommitMark(ByteBuffer number) {
        this.number = number;
    }

    /** One that outlives the process, in a file that is mapped into memory. */
    static CommitMark in(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new CommitMark(channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES));
        }
    }

    /** One that ends with the process. */
    public static CommitMark inMemory() {
        return new CommitMark(ByteBuffer.allocate(Long.BYTES));
    }

    /** 0 as long as nothing was acknowledged. */
    public synchronized long last() {
        return number.getLong(0);
    }

    public synchronized void last(long acknowledged) {
        number.putLong(0, acknowledged);
    }
}
