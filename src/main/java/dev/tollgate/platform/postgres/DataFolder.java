package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder that holds everything a Tollgate keeps on disk, and where PostgreSQL's share of it lies. */
record DataFolder(Path path) {
    /** PostgreSQL allows 1023 bytes for any path it makes; what it puts below this folder needs the rest. */
    static final int PATH_BYTES_MAX = 800;

    /** The existing folder, or a new one that only its owner can read. */
    static DataFolder prepare(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        int bytes = absolute.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PATH_BYTES_MAX) {
            throw new EmbeddedPostgresFailure("The path of the data folder is too long: " + bytes
                    + " bytes (expected: at most " + PATH_BYTES_MAX + "). Set TOLLGATE_DATA to a shorter one.");
        }
        try {
            Path parent = absolute.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            createPrivate(absolute);
            return new DataFolder(absolute.toRealPath());
        } catch (IOException e) {
            throw new EmbeddedPostgresFailure(
                    "The data folder " + absolute + " cannot be used (" + EmbeddedPostgresFailure.reason(e)
                            + "). Set TOLLGATE_DATA to a folder that this user may write.",
                    e);
        }
    }

    Path lock() {
        return path.resolve("lock");
    }

    /** The parent of one folder per major version of PostgreSQL, because a server reads only its own. */
    Path clusters() {
        return path.resolve("postgres");
    }

    Path log() {
        return clusters().resolve("postgres.log");
    }

    /** Creates a folder that only its owner can read, unless something of that name is there. */
    static void createPrivate(Path folder) throws IOException {
        try {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new IOException(folder + " is not a folder", e);
            }
        }
    }
}
