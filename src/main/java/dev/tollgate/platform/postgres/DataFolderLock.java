package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a data folder, held by one process at a time. The operating system gives it back when the process
 * ends, however it ends, so a crash leaves nothing to clean up. The file holds the process id of its holder, for people.
 */
final class DataFolderLock implements AutoCloseable {
    /**
     * The lock files held by this process. A POSIX file lock belongs to the process, and closing any other descriptor
     * of the same file gives it up: so a file that is locked here must never be opened here a second time.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private DataFolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Takes the lock or fails at once, naming the process that has it. */
    static DataFolderLock take(DataFolder folder) throws IOException {
        Path file = folder.lock();
        if (!HELD_HERE.add(file)) {
            throw inUse(folder, "this process, " + ProcessHandle.current().pid());
        }
        FileChannel channel = null;
        try {
            channel = lock(file);
        } finally {
            if (channel == null) {
                HELD_HERE.remove(file);
            }
        }
        if (channel == null) {
            throw inUse(folder, "process " + Files.readString(file).strip());
        }
        return new DataFolderLock(file, channel);
    }

    private static @Nullable FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            if (channel.tryLock() == null) {
                return null;
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            locked = true;
            return channel;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static EmbeddedPostgresFailure inUse(DataFolder folder, String holder) {
        return new EmbeddedPostgresFailure("The data folder " + folder.path() + " is in use by another Tollgate ("
                + holder + "). Stop that one first, or set TOLLGATE_DATA to another folder.");
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
            HELD_HERE.remove(file);
        } catch (IOException e) {
            throw new EmbeddedPostgresFailure("The lock " + file + " cannot be closed", e);
        }
    }
}
