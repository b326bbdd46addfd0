package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A log file with one predecessor ({@code …log.1}), each at most 5 MiB. Never fails: a server whose output is not taken
 * would stand still, so what cannot be written is dropped. For one thread.
 */
final class BoundedLog implements AutoCloseable {
    static final long BYTES_MAX = 5L * 1024 * 1024;

    private final Path file;
    private final long bytesMax;
    private @Nullable OutputStream out;
    private long bytes;

    BoundedLog(Path file, long bytesMax) {
        this.file = file;
        this.bytesMax = bytesMax;
    }

    void write(byte[] buffer, int length) {
        try {
            open().write(buffer, 0, length);
            bytes += length;
            if (bytes >= bytesMax) {
                close();
                Files.move(file, predecessor(), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            close();
        }
    }

    private OutputStream open() throws IOException {
        OutputStream opened = out;
        if (opened == null) {
            opened = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            out = opened;
            bytes = Files.size(file);
        }
        return opened;
    }

    private Path predecessor() {
        return file.resolveSibling(file.getFileName() + ".1");
    }

    @Override
    public void close() {
        try (OutputStream closing = out) {
            out = null;
        } catch (IOException e) {
            // Nothing is buffered here, so nothing is lost.
        }
    }
}
