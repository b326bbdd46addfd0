package dev.tollgate.ledger.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a journal, held by one process at a time. The operating system gives the lock back when the process ends,
 * however it ends. A UUID in the folder is the journal's identity, which it keeps wherever the folder is moved.
 */
final class JournalFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel lock;
    private final UUID id;

    private JournalFolder(Path path, FileChannel lock, UUID id) {
        this.path = path;
        this.lock = lock;
        this.id = id;
    }

    /** Makes the folder where there is none, and takes it; throws {@link JournalFailure} where that can't be. */
    static JournalFolder take(Path folder, Supplier<UUID> ids) {
        Path path = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(
                    path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel lock = lock(path.resolve("lock"));
            if (lock == null) {
                throw new JournalFailure(
                        "The journal " + path + " is in use by another Tollgate. Stop that one first, or"
                                + " set TOLLGATE_DATA or TOLLGATE_JOURNAL to another folder.");
            }
            return new JournalFolder(path, lock, identity(path, ids));
        } catch (IOException e) {
            throw new JournalFailure(
                    "The journal " + path + " can't be used (" + e
                            + "). Set TOLLGATE_JOURNAL to a folder that this user" + " may write.",
                    e);
        }
    }

    private static @Nullable FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean locked = false;
        try {
            locked = channel.tryLock() != null;
            return locked ? channel : null;
        } catch (OverlappingFileLockException e) { // this process has it
            return null;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
    }

    private static UUID identity(Path folder, Supplier<UUID> ids) throws IOException {
        Path file = folder.resolve("id");
        if (!Files.exists(file)) {
            Path next = folder.resolve("id.new");
            Files.writeString(next, ids.get() + "\n");
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }
        String text = Files.readString(file).strip();
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " has no UUID but: " + text, e);
        }
    }

    Path path() {
        return path;
    }

    UUID id() {
        return id;
    }

    /** Makes new and deleted names in the folder survive a power cut. */
    void force() throws IOException {
        try (FileChannel folder = FileChannel.open(path, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
